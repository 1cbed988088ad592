namespace Platform.Abstractions.Principals;

/// <summary>The first operator, made by the first start.</summary>
public static class PlatformAdmin
{
    public const string User = "admin";
    public const string Principal = "usr_admin";
}
