/// 2 to the power of x, to 14 digits, without a mathematical library: the whole part is an exponent,
/// the rest the series of e^(x ln 2).
func powerOfTwo(_ x: Double) -> Double {
  let whole = max(-1000, min(1000, x)).rounded(.down)
  let rest = (max(-1000, min(1000, x)) - whole) * 0.693147180559945309
  var term = 1.0
  var sum = 1.0
  for n in 1...16 {
    term *= rest / Double(n)
    sum += term
  }
  return Double(sign: .plus, exponent: Int(whole), significand: sum)
}
