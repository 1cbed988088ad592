namespace Platform.Api.Mcp.Methods;

/// <summary>Pages of a list that is sorted by name: a cursor names the last entry that was shown, so a list that changes in between loses nothing else.</summary>
internal static class NamedPage
{
    /// <summary>Up to <paramref name="size"/> entries after a name, and the name to go on from; null on the last page.</summary>
    public static (IReadOnlyList<T> Items, string? Next) After<T>(IReadOnlyList<T> sorted, Func<T, string> nameOf, string? after, int size)
    {
        var first = 0;
        while (after is not null && first < sorted.Count && string.CompareOrdinal(nameOf(sorted[first]), after) <= 0)
        {
            first++;
        }

        var count = Math.Min(size, sorted.Count - first);
        var items = first == 0 && count == sorted.Count ? sorted : [.. sorted.Skip(first).Take(count)];
        return (items, first + count < sorted.Count ? nameOf(sorted[first + count - 1]) : null);
    }
}
