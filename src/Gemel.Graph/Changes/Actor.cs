namespace Gemel.Graph;

/// <summary>Who makes a change, and by which door; journaled with it.</summary>
/// <param name="Name"><c>device:gw-1</c>, <c>key:admin</c>.</param>
/// <param name="Origin"><c>mqtt</c>, <c>http</c>, <c>import</c>.</param>
public readonly record struct Actor(string Name, string Origin);
