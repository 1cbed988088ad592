using Platform.Admin.Access;

namespace Platform.Admin.Components.Design;

/// <summary>Where somebody begins: the first section that is theirs to open.</summary>
internal static class Landing
{
    /// <summary>The page that finds it out anew, and says what is missing where there is none.</summary>
    public const string Unknown = "/";

    /// <param name="held">Null where it is not known: then all is.</param>
    /// <param name="tenant">Slug of the tenant that they are confined to; null for the platform's people.</param>
    public static ConsoleSection? Of(Held? held, string? tenant) => Sections(tenant).FirstOrDefault(section => held?.MayOpen(Root(tenant) + section.Path) != false);

    public static string AddressOf(Held? held, string? tenant) => Of(held, tenant) is { } section ? Root(tenant) + section.Path : Unknown;

    /// <summary>Any of these opens a section.</summary>
    public static IReadOnlyList<string> Permissions(string? tenant) =>
        [.. Sections(tenant).SelectMany(section => Needed(Root(tenant) + section.Path)).Distinct(StringComparer.Ordinal)];

    private static IEnumerable<string> Needed(string address) => PageNeeds.Of(address) is { } needs
        ? needs.Permissions.Take(1).Concat(needs.AnyOf).Select(permission => PageNeeds.At(permission, address))
        : [];

    private static IReadOnlyList<ConsoleSection> Sections(string? tenant) => tenant is null ? ConsoleSection.OfPlatform : ConsoleSection.OfTenant;

    private static string Root(string? tenant) => tenant is null ? "" : "/tenants/" + tenant;
}
