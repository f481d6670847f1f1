import Glibc

/// The nice value that shares the CPU most nearly as a weight would; 100 is 0.
///
/// A step of nice is a factor of about 1.25 (sched(7)); -20…19 reach from 8,600 to 1.4.
func niceSteps(weight: Int) -> Int {
  min(max(Int((log(100 / Double(max(weight, 1))) / log(1.25)).rounded()), -20), 19)
}
