package import Drawing

/// Which characters to draw with: `--ascii`, the configuration, then whether the locale's character
/// set is UTF-8.
///
/// The locale is the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set, see locale(7).
package func glyphs(
  asciiOption: Bool, configured: Bool?, environment: [String: String]
) -> Glyphs {
  if asciiOption { return .ascii }
  if let configured { return configured ? .ascii : .blocks }
  return isUTF8Locale(environment) ? .blocks : .ascii
}

private func isUTF8Locale(_ environment: [String: String]) -> Bool {
  let values = ["LC_ALL", "LC_CTYPE", "LANG"].map { environment[$0, default: ""] }
  let locale = values.first { !$0.isEmpty } ?? ""
  // LANGUAGE_COUNTRY.CODESET@MODIFIER
  let codeset = locale.drop { $0 != "." }.dropFirst().prefix { $0 != "@" }
  return ["utf-8", "utf8"].contains(codeset.lowercased())
}
