namespace Platform.Api.Management;

/// <summary>A word of a query that the route's <c>.OneOf</c> allows, so the gate has judged it, as the value that it names.</summary>
internal static class QueryWord
{
    /// <summary>Null for null.</summary>
    /// <exception cref="ArgumentException">The word names no value: the route does not say <c>.OneOf</c>.</exception>
    public static T? Of<T>(string? word) where T : struct, Enum => word is null ? null : Enum.Parse<T>(word, ignoreCase: true);
}
