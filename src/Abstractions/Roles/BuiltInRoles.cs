using System.Collections.Frozen;

namespace Platform.Abstractions.Roles;

/// <summary>The guide's three roles, byte for byte (AZ-1).</summary>
public static class BuiltInRoles
{
    public const string Admin = "admin";
    public const string User = "user";
    public const string Service = "service";

    public static FrozenDictionary<string, string[]> All { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        [Admin] = ["*"],
        [User] = ["tools:read", "resources:read"],
        [Service] = ["tools:call", "resources:read:public/*"],
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
