import CNcurses
import Glibc

/// Makes characters beyond ASCII drawable, and says whether they are.
///
/// With `LANG=C`, or a locale that is not installed here (usual over ssh), ncurses would draw nothing
/// more after the first one. Only character types are taken from the locale: numbers keep their dot
/// for every library in the program.
func prepareLocale() -> Bool {
  setlocale(LC_CTYPE, "")
  if isUnicode { return true }
  for name in ["C.UTF-8", "C.utf8", "en_US.UTF-8"] where setlocale(LC_CTYPE, name) != nil {
    if isUnicode { return true }
  }
  return false
}

private var isUnicode: Bool { String(cString: nl_langinfo(nl_item(CODESET))) == "UTF-8" }
