// ncurses with wide characters for Swift: macros become constants and one-line functions, shared
// mutable globals (LINES, COLS, …) are reached through functions. No logic.
#ifndef LOADLINE_CNCURSES_H
#define LOADLINE_CNCURSES_H

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <term.h>
#include <wchar.h>

static const attr_t ll_bold = WA_BOLD;
static const attr_t ll_dim = WA_DIM;
static const attr_t ll_reverse = WA_REVERSE;
static const attr_t ll_underline = WA_UNDERLINE;

static inline int ll_lines(void) { return LINES; }
static inline int ll_columns(void) { return COLS; }
static inline int ll_colors(void) { return COLORS; }
static inline int ll_color_pairs(void) { return COLOR_PAIRS; }
static inline WINDOW *ll_standard_window(void) { return stdscr; }

// wcwidth(3), which glibc declares only under _XOPEN_SOURCE.
int wcwidth(wchar_t character);

#endif
