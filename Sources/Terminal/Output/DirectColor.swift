import Glibc

/// A terminal description for 24-bit colour that needs nothing installed.
///
/// ncurses sends RGB only where the terminal's description says how, and the ones that do
/// (`xterm-direct` and its like) are in a package that most hosts lack. ncurses also reads a
/// description from the variable TERMINFO itself, as `b64:` and the compiled entry (terminfo(5),
/// "Fetching compiled descriptions"), so one is carried here.
///
/// It holds only what every terminal with 24-bit colour understands (ECMA-48 cursor movement,
/// DECTCEM, the alternate screen 1049, `38;2;r;g;b`), so it serves whatever TERM is. A colour below
/// 0x1000000 is 0xRRGGBB; above it comes the terminal's own palette. Unlike in `xterm-direct`,
/// 0–7 are no exception, so that black is black.
///
/// To remake the text: write this to `l.ti`, then `tic -x -o out l.ti && base64 -w0 out/l/*`.
///
/// ```
/// loadline-direct|24-bit colour on any terminal that follows ECMA-48 and ISO 8613-6,
///   am, mir, msgr, xenl, RGB, AX,
///   colors#0x1000100, pairs#0x7fff, cols#80, lines#24, it#8, U8#1,
///   clear=\E[H\E[2J, cup=\E[%i%p1%d;%p2%dH, home=\E[H,
///   cr=\r, cub1=^H, cud1=\n, cuf1=\E[C, cuu1=\E[A,
///   cub=\E[%p1%dD, cud=\E[%p1%dB, cuf=\E[%p1%dC, cuu=\E[%p1%dA,
///   hpa=\E[%i%p1%dG, vpa=\E[%i%p1%dd,
///   ed=\E[J, el=\E[K, el1=\E[1K, ech=\E[%p1%dX,
///   civis=\E[?25l, cnorm=\E[?25h, smcup=\E[?1049h, rmcup=\E[?1049l,
///   bold=\E[1m, dim=\E[2m, rev=\E[7m, smul=\E[4m, rmul=\E[24m, sgr0=\E[m, op=\E[39;49m,
///   sgr=\E[0%?%p6%t;1%;%?%p5%t;2%;%?%p2%t;4%;%?%p1%p3%|%t;7%;m,
///   setaf=\E[38%?%p1%{16777216}%<%t;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%e;5;%p1%{16777216}%-%d%;m,
///   setab=\E[48%?%p1%{16777216}%<%t;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%e;5;%p1%{16777216}%-%d%;m,
/// ```
enum DirectColor {
  static let name = "loadline-direct"

  /// Where the 256 colours of the palette begin.
  static let paletteStart: Int32 = 0x100_0000

  /// Lets ncurses find the entry while `body` runs.
  ///
  /// The variable is put back before anything else can be started with it.
  static func available<Result>(_ body: () -> Result) -> Result {
    let before = environment("TERMINFO")
    setenv("TERMINFO", "b64:" + entry.joined(), 1)
    defer {
      if let before { setenv("TERMINFO", before, 1) } else { unsetenv("TERMINFO") }
    }
    return body()
  }

  private static let entry = [
    "HgJSAA8ADwBpAcoBbG9hZGxpbmUtZGlyZWN0fDI0LWJpdCBjb2xvdXIgb24gYW55IHRlcm1pbmFsIHRoYXQgZm9s",
    "bG93cyBFQ01BLTQ4IGFuZCBJU08gODYxMy02AAABAAABAAAAAAAAAAABAQBQAAAACAAAABgAAAD/////////////",
    "////////////////////////////////////////AAEAAf9/AAD/////AAD/////AgAKAA4AEgD//x0ALgAwADQA",
    "OwD//z0ARAD//0gA//////////////////9MAFEA//9aAP///////18A//9kAGkA//9yAHYA////////fwD/////",
    "////////////////////////////////////////////////////////////////////////////////////////",
    "////////////////////////////////////////////////////////////////////////hQD///////+OAJcA",
    "//+gAP///////////////////////////////6kA////////tAD/////////////////////////////////////",
    "////////////////////////////////////////////////////////////////////////////////////////",
    "////////////////////////////////////////////////////////////////////////////////////////",
    "////////////////////////////////////////////////////////////////////////////////////////",
    "////////////////////////////////////////////////////////////////6gD/////////////////////",
    "///////////////////////////////////////////////////vAP//////////////////////////////////",
    "////////////////////////////////////////////////////////////////////////////////////////",
    "////////////////////////////////////////+ABhAQ0AG1tIG1sySgAbW0sAG1tKABtbJWklcDElZEcAG1sl",
    "aSVwMSVkOyVwMiVkSAAKABtbSAAbWz8yNWwACAAbWz8yNWgAG1tDABtbQQAbWzFtABtbPzEwNDloABtbMm0AG1s3",
    "bQAbWzRtABtbJXAxJWRYABtbbQAbWz8xMDQ5bAAbWzI0bQAbWyVwMSVkQgAbWyVwMSVkRAAbWyVwMSVkQwAbWyVw",
    "MSVkQQAbWyVpJXAxJWRkABtbMCU/JXA2JXQ7MSU7JT8lcDUldDsyJTslPyVwMiV0OzQlOyU/JXAxJXAzJXwldDs3",
    "JTttABtbMUsAG1szOTs0OW0AG1szOCU/JXAxJXsxNjc3NzIxNn0lPCV0OzI7JXAxJXs2NTUzNn0lLyVkOyVwMSV7",
    "MjU2fSUvJXsyNTV9JSYlZDslcDElezI1NX0lJiVkJWU7NTslcDElezE2Nzc3MjE2fSUtJWQlO20AG1s0OCU/JXAx",
    "JXsxNjc3NzIxNn0lPCV0OzI7JXAxJXs2NTUzNn0lLyVkOyVwMSV7MjU2fSUvJXsyNTV9JSYlZDslcDElezI1NX0l",
    "JiVkJWU7NTslcDElezE2Nzc3MjE2fSUtJWQlO20AAgABAAAAAwAKAAEBAQAAAAAAAwAHAEFYAFJHQgBVOAA=",
  ]
}

/// A variable of the environment, if it is set to anything.
func environment(_ name: String) -> String? {
  guard let value = getenv(name), value.pointee != 0 else { return nil }
  return String(cString: value)
}
