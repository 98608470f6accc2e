/* What an offered picture can be turned into, by the words of chore_policy_field.convert.
   CHORE_IMAGE_WORD(symbol, word, depth_too, meaning) */
CHORE_IMAGE_WORD(CHW, "chw", 1, "channels first: layout CHW, shape {channels, height, width}")
CHORE_IMAGE_WORD(F32, "f32", 0, "float32 from 0 to 1, scale 1")
CHORE_IMAGE_WORD(FLIP_X, "flip_x", 1, "mirrored left to right")
CHORE_IMAGE_WORD(FLIP_Y, "flip_y", 1, "upside down")
CHORE_IMAGE_WORD(SHADOWS, "shadows", 0, "drawn with shadows")
CHORE_IMAGE_WORD(SMOOTH, "smooth", 0, "four samples per pixel")
