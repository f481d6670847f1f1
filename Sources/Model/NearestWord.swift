/// The one of `known` that `key` may have been meant to be; nil when none is near.
package func nearest(to key: String, among known: [String]) -> String? {
  guard key.utf8.count <= 32 else { return nil }
  return known.map { (key: $0, distance: editDistance(Array(key.utf8), Array($0.utf8))) }
    .filter { $0.distance <= min(2, $0.key.utf8.count / 2) }
    .min { $0.distance < $1.distance }?.key
}

/// Bytes to insert, remove, replace or exchange with their neighbour (optimal string alignment).
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    for j in b.indices {
      var distance = min(row[j] + 1, last[j + 1] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
