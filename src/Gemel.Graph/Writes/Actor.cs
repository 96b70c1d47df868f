namespace Gemel.Graph;

/// <summary>Who changes something, and by which way: kept with the change in the journal.</summary>
/// <param name="Name">Kind and name: <c>key:admin</c>, <c>device:gw-1</c>.</param>
/// <param name="Origin">The door: <c>http</c>, <c>mqtt</c>, <c>import</c>.</param>
public readonly record struct Actor(string Name, string Origin);
