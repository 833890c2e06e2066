# shellcheck shell=bash
# What must already be on the machine: found and checked here, never fetched. Each says how to get what is missing.

# Prints the home of a JDK 25: JAVA_HOME, then the java on the path, then the folders where JDKs usually are.
find_jdk() {
  local home
  is_jdk "${JAVA_HOME:-}" && { echo "$JAVA_HOME"; return; }
  if home=$(command -v java); then
    home=$(cd "$(dirname "$(real_path "$home")")/.." && pwd)
    is_jdk "$home" && { echo "$home"; return; }
  fi
  for home in /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    ~/.sdkman/candidates/java/* ~/.jdks/* ~/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    is_jdk "$home" && { echo "$home"; return; }
  done
  return 1
}

# A JDK says its version in its release file; reading it is quicker than starting it.
is_jdk() {
  [[ -n $1 && -x $1/bin/javac && -r $1/release ]] && grep -q "^JAVA_VERSION=\"${JDK_VERSION}[.\"]" "$1/release"
}

# Prints the path of Maven: MVN, then the one on the path.
find_maven() {
  command -v "${MVN:-mvn}"
}

# Starts Maven, about half a second: not for env.
maven_version() {
  "$1" --batch-mode --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9.]*\).*/\1/p'
}

JDK_REMEDY="install one (Eclipse Temurin: https://adoptium.net, 'sdk install java 25-tem', 'brew install --cask temurin@25', or your distribution's openjdk-25-jdk) or set JAVA_HOME to its folder"
MAVEN_REMEDY="install it (https://maven.apache.org/download.cgi, 'brew install maven', 'apt install maven') or set MVN to its path"
GO_REMEDY="install it from https://go.dev/dl ('brew install go')"
NPM_REMEDY="install Node.js with npm 9 or newer (https://nodejs.org, 'brew install node', 'apt install nodejs npm')"
PIP_REMEDY="install Python 3 with pip (https://www.python.org/downloads, 'brew install python', 'apt install python3 python3-pip')"

# needs RECIPE: whether the machine has what the recipe runs. Says what is missing once.
needs() {
  local found=''
  case $1 in
    go | crds)
      # Asked in a module's folder: Go may fetch there the newer toolchain that the module asks for.
      found=$(cd "$HERE/go/kubernetes" && go env GOVERSION 2>/dev/null) || true
      at_least "$GO_MINIMUM" "${found#go}" || missing_once "Go $GO_MINIMUM or newer" "${found:-none}" "$GO_REMEDY" ;;
    npm)
      found=$(npm --version 2>/dev/null) || true
      at_least 9 "$found" || missing_once "npm 9 or newer" "${found:-none}" "$NPM_REMEDY" ;;
    pip)
      found=$(python3 -m pip --version 2>/dev/null) || true
      [[ -n $found ]] || missing_once "Python 3 with pip" none "$PIP_REMEDY" ;;
  esac
}

ALREADY_SAID=''

missing_once() {
  [[ $ALREADY_SAID == *"|$1|"* ]] || warn "$1 is needed, found $2: $3"
  ALREADY_SAID+="|$1|"
  return 1
}
