namespace Platform.Admin.Access;

/// <summary>
/// What a page asks of whoever opens it: the permissions of the REST operations that it reads with and, for a form, of the one that it is. Links to it are offered to those who hold them all.
/// An area that the platform has for itself too (<c>alerts</c>) is meant as the platform's (<c>platform-alerts</c>) where the address names no tenant.
/// </summary>
/// <param name="permissions">The one that people know the page by first.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class NeedsAttribute(params string[] permissions) : Attribute
{
    public IReadOnlyList<string> Permissions { get; } = permissions;

    /// <summary>Permissions of which one is enough, beside the others: each opens a part of the page.</summary>
    public string[] AnyOf { get; init; } = [];

    /// <summary>For the platform's people alone, though the address names a tenant.</summary>
    public bool OperatorsOnly { get; init; }
}
