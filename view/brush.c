#include "brush_internal.h"

#include <GL/gl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <chore/base.h>

enum { FIRST = 32, LAST = 126, COLUMNS = 16, ROWS = (LAST - FIRST + 1 + COLUMNS) / COLUMNS }; /* the last place is all white */
enum { GAP = 2 };                                                                              /* between letters, pixels */
enum { SHEET = BRUSH_PICTURES, TEXTURES };

typedef struct corner {
    float x, y, u, v;
    uint8_t colour[4];
} corner;

typedef struct batch { /* corners that one texture has */
    int texture, n;
} batch;

struct brush {
#define GL(result, name, parameters) result(*name) parameters;
#include "gl.inl"
#undef GL
    unsigned texture[TEXTURES];
    corner *corners;
    batch *batches;
    int n_corners, n_batches, corners_cap, batches_cap;
    int font_scale, cell_width, cell_height, sheet_width, sheet_height;
    int letter_width[LAST - FIRST + 1];
    int letter_height;
};

/* ---- life --------------------------------------------------------------------------------------------------------- */

brush *brush_create(brush_gl (*entry)(const char *name))
{
    brush *b = calloc(1, sizeof *b);
    bool whole = true;
    CHORE_ASSERT(b);
#define GL(result, name, parameters)                                                                                                       \
    {                                                                                                                                      \
        brush_gl found = entry(#name);                                                                                                     \
        memcpy(&b->name, &found, sizeof found);                                                                                            \
        whole &= found != NULL;                                                                                                            \
    }
#include "gl.inl"
#undef GL
    if (!whole) {
        free(b);
        return NULL;
    }
    b->glGenTextures(TEXTURES, b->texture);
    return b;
}

void brush_destroy(brush *b)
{
    if (b) {
        b->glDeleteTextures(TEXTURES, b->texture);
        free(b->corners);
        free(b->batches);
        free(b);
    }
}

/* ---- what there is to put on -------------------------------------------------------------------------------------- */

static void upload(brush *b, int texture, unsigned format, const uint8_t *pixels, int width, int height)
{
    b->glPushClientAttrib(GL_CLIENT_PIXEL_STORE_BIT);
    b->glPushAttrib(GL_TEXTURE_BIT);
    b->glActiveTexture(GL_TEXTURE0);
    b->glBindTexture(GL_TEXTURE_2D, b->texture[texture]);
    b->glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    b->glTexImage2D(GL_TEXTURE_2D, 0, (int)format, width, height, 0, format, GL_UNSIGNED_BYTE, pixels);
    b->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    b->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    b->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP);
    b->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP);
    b->glPopAttrib();
    b->glPopClientAttrib();
}

static void draw_sheet(brush *b, mjrContext *context)
{
    const mjrRect sheet = {0, 0, b->sheet_width, b->sheet_height};
    mjr_rectangle(sheet, 0, 0, 0, 1);
    b->glViewport(0, 0, sheet.width, sheet.height);
    for (int code = FIRST; code <= LAST; code++) {
        const int place = code - FIRST, x = place % COLUMNS * b->cell_width, y = place / COLUMNS * b->cell_height;
        mjr_text(mjFONT_NORMAL, (char[]){(char)code, 0}, context, ((float)x + 0.1f) / (float)sheet.width,
                 ((float)y + 0.1f) / (float)sheet.height, 1, 1, 1);
        b->letter_width[place] = context->charWidth[code];
    }
    mjr_rectangle((mjrRect){(COLUMNS - 1) * b->cell_width, (ROWS - 1) * b->cell_height, b->cell_width, b->cell_height}, 1, 1, 1, 1);
}

static void read_sheet(brush *b, const mjrContext *context)
{
    const size_t n = (size_t)b->sheet_width * (size_t)b->sheet_height;
    uint8_t *rgb = malloc(3 * n), *rgba = malloc(4 * n);
    CHORE_ASSERT(rgb && rgba);
    mjr_readPixels(rgb, NULL, (mjrRect){0, 0, b->sheet_width, b->sheet_height}, context);
    for (size_t i = 0; i < n; i++) {
        memset(rgba + 4 * i, 255, 3);
        rgba[4 * i + 3] = rgb[3 * i];
    }
    upload(b, SHEET, GL_RGBA, rgba, b->sheet_width, b->sheet_height);
    free(rgb);
    free(rgba);
}

void brush_take_font(brush *b, mjrContext *context)
{
    if (context->fontScale == b->font_scale) {
        return;
    }
    b->font_scale = context->fontScale;
    b->letter_height = context->charHeight;
    b->cell_width = 0;
    for (int code = FIRST; code <= LAST; code++) {
        b->cell_width = context->charWidth[code] > b->cell_width ? context->charWidth[code] : b->cell_width;
    }
    b->cell_width += GAP;
    b->cell_height = context->charHeight + GAP;
    b->sheet_width = COLUMNS * b->cell_width;
    b->sheet_height = ROWS * b->cell_height;
    if (context->offWidth < b->sheet_width || context->offHeight < b->sheet_height) {
        mjr_resizeOffscreen(b->sheet_width > context->offWidth ? b->sheet_width : context->offWidth,
                            b->sheet_height > context->offHeight ? b->sheet_height : context->offHeight, context);
    }
    mjr_setBuffer(mjFB_OFFSCREEN, context);
    draw_sheet(b, context);
    read_sheet(b, context);
    mjr_setBuffer(mjFB_WINDOW, context);
}

void brush_keep(brush *b, int number, const uint8_t *rgb, int width, int height)
{
    CHORE_ASSERT(number >= 0 && number < BRUSH_PICTURES);
    upload(b, number, GL_RGB, rgb, width, height);
}

/* ---- gathering ---------------------------------------------------------------------------------------------------- */

static corner *four_corners(brush *b, int texture)
{
    if (b->n_corners + 4 > b->corners_cap) {
        b->corners_cap = 2 * b->corners_cap + 1024;
        b->corners = realloc(b->corners, (size_t)b->corners_cap * sizeof *b->corners);
        CHORE_ASSERT(b->corners);
    }
    if (b->n_batches == 0 || b->batches[b->n_batches - 1].texture != texture) {
        if (b->n_batches == b->batches_cap) {
            b->batches_cap = 2 * b->batches_cap + 16;
            b->batches = realloc(b->batches, (size_t)b->batches_cap * sizeof *b->batches);
            CHORE_ASSERT(b->batches);
        }
        b->batches[b->n_batches++] = (batch){.texture = texture};
    }
    b->batches[b->n_batches - 1].n += 4;
    b->n_corners += 4;
    return b->corners + b->n_corners - 4;
}

static uint8_t byte_of(float share)
{
    return (uint8_t)((share < 0 ? 0 : share > 1 ? 1 : share) * 255 + 0.5f);
}

/* at, of: x, y, width, height; on the window, in pixels, and of the texture, in shares. */
static void quad(brush *b, int texture, const float at[4], const float of[4], brush_colour colour)
{
    corner *to = four_corners(b, texture);
    for (int i = 0; i < 4; i++) {
        const float right = i == 1 || i == 2, up = i >= 2;
        to[i] = (corner){at[0] + right * at[2], at[1] + up * at[3], of[0] + right * of[2], of[1] + up * of[3],
                         {byte_of(colour.r), byte_of(colour.g), byte_of(colour.b), byte_of(colour.a)}};
    }
}

void brush_rect(brush *b, int x, int y, int width, int height, brush_colour colour)
{
    const float white[4] = {((float)COLUMNS - 0.5f) / COLUMNS, ((float)ROWS - 0.5f) / ROWS, 0, 0};
    quad(b, SHEET, (float[]){(float)x, (float)y, (float)width, (float)height}, white, colour);
}

void brush_text(brush *b, int x, int y, brush_colour colour, const char *text)
{
    for (; *text; text++) {
        const int code = *text >= FIRST && *text <= LAST ? *text : '?', place = code - FIRST, width = b->letter_width[place];
        const float of[4] = {(float)(place % COLUMNS * b->cell_width) / (float)b->sheet_width,
                             (float)(place / COLUMNS * b->cell_height) / (float)b->sheet_height, (float)width / (float)b->sheet_width,
                             (float)b->letter_height / (float)b->sheet_height};
        if (code != ' ') {
            quad(b, SHEET, (float[]){(float)x, (float)y, (float)width, (float)b->letter_height}, of, colour);
        }
        x += width;
    }
}

void brush_picture(brush *b, int number, int x, int y, int width, int height)
{
    CHORE_ASSERT(number >= 0 && number < BRUSH_PICTURES);
    quad(b, number, (float[]){(float)x, (float)y, (float)width, (float)height}, (float[]){0, 0, 1, 1}, (brush_colour){1, 1, 1, 1});
}

/* ---- onto the window ---------------------------------------------------------------------------------------------- */

static const unsigned matrices[] = {GL_PROJECTION, GL_MODELVIEW, GL_TEXTURE};
static const unsigned unwanted[] = {GL_DEPTH_TEST, GL_LIGHTING, GL_CULL_FACE, GL_FOG, GL_ALPHA_TEST, GL_STENCIL_TEST, GL_SCISSOR_TEST,
                                    GL_COLOR_LOGIC_OP, GL_TEXTURE_CUBE_MAP, GL_TEXTURE_GEN_S, GL_TEXTURE_GEN_T, GL_TEXTURE_GEN_R,
                                    GL_TEXTURE_GEN_Q};

static void set_up(brush *b, int width, int height)
{
    b->glPushAttrib(GL_ALL_ATTRIB_BITS);
    b->glPushClientAttrib(GL_CLIENT_ALL_ATTRIB_BITS);
    b->glActiveTexture(GL_TEXTURE1); /* MuJoCo's shadows */
    b->glDisable(GL_TEXTURE_2D);
    b->glActiveTexture(GL_TEXTURE0);
    for (size_t i = 0; i < sizeof unwanted / sizeof *unwanted; i++) {
        b->glDisable(unwanted[i]);
    }
    b->glEnable(GL_TEXTURE_2D);
    b->glEnable(GL_BLEND);
    b->glBlendFunc(GL_SRC_ALPHA, GL_ONE_MINUS_SRC_ALPHA);
    b->glTexEnvi(GL_TEXTURE_ENV, GL_TEXTURE_ENV_MODE, GL_MODULATE);
    b->glPolygonMode(GL_FRONT_AND_BACK, GL_FILL);
    b->glViewport(0, 0, width, height);
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
        b->glMatrixMode(matrices[i]);
        b->glPushMatrix();
        b->glLoadIdentity();
        if (matrices[i] == GL_PROJECTION) {
            b->glOrtho(0, width, 0, height, -1, 1);
        }
    }
    b->glDisableClientState(GL_NORMAL_ARRAY);
    b->glEnableClientState(GL_VERTEX_ARRAY);
    b->glEnableClientState(GL_TEXTURE_COORD_ARRAY);
    b->glEnableClientState(GL_COLOR_ARRAY);
    b->glVertexPointer(2, GL_FLOAT, sizeof(corner), &b->corners[0].x);
    b->glTexCoordPointer(2, GL_FLOAT, sizeof(corner), &b->corners[0].u);
    b->glColorPointer(4, GL_UNSIGNED_BYTE, sizeof(corner), b->corners[0].colour);
}

static void restore(brush *b)
{
    for (size_t i = 0; i < sizeof matrices / sizeof *matrices; i++) {
        b->glMatrixMode(matrices[i]);
        b->glPopMatrix();
    }
    b->glPopClientAttrib();
    b->glPopAttrib();
}

void brush_flush(brush *b, int width, int height)
{
    if (b->n_corners == 0) {
        return;
    }
    set_up(b, width, height);
    for (int i = 0, first = 0; i < b->n_batches; first += b->batches[i].n, i++) {
        b->glBindTexture(GL_TEXTURE_2D, b->texture[b->batches[i].texture]);
        b->glDrawArrays(GL_QUADS, first, b->batches[i].n);
    }
    restore(b);
    b->n_corners = b->n_batches = 0;
}
