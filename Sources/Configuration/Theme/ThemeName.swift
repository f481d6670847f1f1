/// Whether `name` can be a theme's: it becomes part of a path and must not lead out of a directory.
func isThemeName(_ name: String) -> Bool {
  !name.isEmpty && name.utf8.count <= 64 && !name.hasPrefix(".")
    && name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
    }
}
