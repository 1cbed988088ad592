using Platform.Abstractions.Resources;

namespace Platform.Api.Mcp.Backends;

/// <summary>The canonical object of a permission on a resource (AZ-2).</summary>
internal static class ResourceName
{
    /// <summary>Longest URI that is read at all (IN-3).</summary>
    public const int MaxUri = ResourceUri.MaxLength;

    public static string Memory(string key) => "memory/" + key;
}
