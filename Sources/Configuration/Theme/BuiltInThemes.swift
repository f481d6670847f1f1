/// The themes that are compiled in, by name: the files in themes/, embedded by the build.
let builtInThemes: [(name: String, content: [UInt8])] = [
  ("default", PackageResources.default_toml), ("dark", PackageResources.dark_toml),
  ("light", PackageResources.light_toml),
  ("high-contrast", PackageResources.high_contrast_toml), ("mono", PackageResources.mono_toml),
]
