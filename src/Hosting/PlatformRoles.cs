namespace Platform.Hosting;

/// <summary>What one process does.</summary>
[Flags]
public enum PlatformRoleSet
{
    None = 0,
    Silo = 1,
    Api = 2,
    Admin = 4,
}

public static class PlatformRoles
{
    public const PlatformRoleSet All = PlatformRoleSet.Silo | PlatformRoleSet.Api | PlatformRoleSet.Admin;

    public static bool TryParse(string text, out PlatformRoleSet roles)
    {
        roles = PlatformRoleSet.None;
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Enum.TryParse<PlatformRoleSet>(part, ignoreCase: true, out var role) || role is PlatformRoleSet.None || !Enum.IsDefined(role))
            {
                return false;
            }

            roles |= role;
        }

        return roles != PlatformRoleSet.None;
    }
}
