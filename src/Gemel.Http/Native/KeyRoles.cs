using Gemel.Cluster;

namespace Gemel.Http.Native;

/// <summary>Roles of named keys as the outside writes them.</summary>
internal static class KeyRoles
{
    private static readonly (string Name, Role Role)[] All =
        [("reader", Role.Reader), ("writer", Role.Writer), ("administrator", Role.Administrator), ("scraper", Role.Scraper)];

    /// <exception cref="GemelException">GMW031.</exception>
    public static Role Parse(string name) =>
        Array.Find(All, known => known.Name == name) is { Name: not null } found ? found.Role : throw new GemelException(HttpErrors.UnknownKeyRole.With(name).On("/role"));

    public static string NameOf(Role role) => Array.Find(All, known => known.Role == role).Name;
}
