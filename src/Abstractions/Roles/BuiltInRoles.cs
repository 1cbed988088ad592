using System.Collections.Frozen;

namespace Platform.Abstractions.Roles;

/// <summary>The guide's three roles, byte for byte (AZ-1), and two of ours. Nobody can change them.</summary>
public static class BuiltInRoles
{
    public const string Admin = "admin";
    public const string User = "user";
    public const string Service = "service";

    /// <summary>Uses everything and manages nothing: a user who may also call tools, read prompts and write memory.</summary>
    public const string PowerUser = "power-user";

    /// <summary>Sees tools and what is public. Gives nothing until the tenant turns guest access on.</summary>
    public const string Guest = "guest";

    public static FrozenDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Admin] = ["*"],
        [User] = ["tools:read", "resources:read"],
        [Service] = ["tools:call", "resources:read:public/*"],
        [PowerUser] = ["tools:read", "tools:call", "resources:read", "resources:write:memory/*", "prompts:read"],
        [Guest] = ["tools:read", "resources:read:public/*"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string DescriptionOf(string role) => role switch
    {
        Admin => "Everything.",
        User => "Sees tools and reads resources.",
        Service => "Calls tools and reads what is public.",
        PowerUser => "Sees and calls tools, reads resources and prompts, writes memory; manages nothing.",
        Guest => "Sees tools and reads what is public, when guest access is on.",
        _ => "",
    };
}
