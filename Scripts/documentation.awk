# Lists public declarations without a documentation comment. Read twice over the same files:
#   awk -f Scripts/documentation.awk pass=1 FILES pass=2 FILES
#
# Needs none: what a protocol of the standard library asks for, and what a protocol of this package asks for (it is
# documented there).

function trimmed(text) {
  sub(/^[ \t]+/, "", text)
  return text
}

# The name of the function, property or type a line declares; "init" for an initialiser.
function declared(text,  name) {
  if (text ~ /func (==|<) *\(/) return "=="
  if (match(text, /(func|var|let|typealias|associatedtype) +[^ (:<=]+/)) {
    name = substr(text, RSTART, RLENGTH)
    sub(/^[a-z]+ +/, "", name)
    return name
  }
  return text ~ /init[?(<]/ ? "init" : ""
}

BEGIN {
  split("description debugDescription hashValue id rawValue startIndex endIndex isEmpty count hash encode == < " \
    "makeAsyncIterator makeIterator next index Element Failure AsyncIterator Iterator Index RawValue", standard, " ")
  for (i in standard) given[standard[i]] = 1
}

FNR == 1 { documented = 0; inProtocol = 0 }

pass == 1 {
  if ($0 ~ /^(public |package )?protocol /) inProtocol = 1
  if ($0 ~ /^}/) inProtocol = 0
  if (inProtocol && declared($0) != "" && declared($0) != "init") given[declared($0)] = 1
  next
}

{
  line = trimmed($0)
  if (line ~ /^\/\/\//) { documented = 1; next }
  if (line ~ /^@/ && line !~ /(func|var|let|struct|class|enum|actor|protocol|init|typealias|subscript)[ (<?]/) next
  if (line ~ /^(@[A-Za-z_]+(\([^)]*\))? )*public / && line !~ /^public (import|extension) /) {
    literal = line ~ /init\((rawValue|from|nilLiteral|[a-z]+Literal)/
    if (!documented && !literal && !(declared(line) in given)) {
      print FILENAME ":" FNR ": " line
      wrong = 1
    }
  }
  documented = 0
}

END { exit wrong }
