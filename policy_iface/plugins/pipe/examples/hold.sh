#!/bin/sh
# Holds the posture it began with. POSIX shell with od and dd: frames are read with od, and actions go back as text.

# frame LETTER TEXT: one frame to chorebench
frame() {
  len=${#2}
  # shellcheck disable=SC2059 # the format is the head: four bytes of length, the letter, three zeros
  printf "$(printf '\\%03o\\%03o\\000\\000%s\\000\\000\\000' $((len % 256)) $((len / 256)) "$1")"
  printf '%s' "$2"
}

# skip N: N bytes of stdin that nobody wants
skip() { [ "$1" -eq 0 ] || dd bs=1 count="$1" >/dev/null 2>&1; }

# numbers TYPE N: N bytes of stdin as numbers: u4 f4
numbers() { dd bs="$2" count=1 iflag=fullblock 2>/dev/null | od -An -v -w"$2" -t "$1"; }

hold=
while
  # shellcheck disable=SC2046 # two words
  set -- $(numbers u4 8) && [ $# -eq 2 ]
do
  length=$1
  case $2 in # the letter's number
    79) # O, offer
      skip "$length"
      frame R '{"protocol": 1, "mode": "joint_pos", "fields": ["proprio.joint_target", "proprio.gripper_width"]}'
      ;;
    69) # E, an episode begins
      skip "$length"
      hold=
      frame K ''
      ;;
    65) # A, act: two counts and one position, seven joints and four zeros, one width and four zeros
      skip 40
      joints=$(numbers f4 28)
      skip 4
      width=$(numbers f4 4)
      skip 4
      hold=${hold:-$joints $width}
      frame T "$hold"
      ;;
    81) exit ;;                   # Q, quit
    *) skip "$length" && frame K '' ;; # F, feedback
  esac
done
