/** Plain file names of pictures that every host can draw: no folders, nothing hidden. */
export const IMAGE_NAME = /^[\w-][\w.-]{0,110}\.(?:png|jpe?g|webp)$/i;
