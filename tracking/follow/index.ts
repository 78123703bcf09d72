export { ClickedTarget, FOLLOW_ID_BASE, type FollowClick, refuseOffPicture, sameThing } from './clicked-target.js';
