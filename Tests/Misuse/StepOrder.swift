// error: requires the types 'Int' and 'String' be equivalent
import Inkstone

/// A step takes what the one before it makes.
let count = Transform("count") { (text: String) in text.count }
let shout = Transform("shout") { (text: String) in text.uppercased() }
let double = Transform("double") { (number: Int) in number * 2 }

#if MISUSE
  let chain = Chain {
    count
    double
    shout
  }
#else
  let chain = Chain {
    shout
    count
    double
  }
#endif
