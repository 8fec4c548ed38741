@main enum Marketgate {
  static func main() {}
}
