using System.Text.Json;
using Platform.Api.Management;

namespace Platform.Api.Audit;

/// <summary>What differs between two states of one thing, member by member under their JSON names.</summary>
internal static class ChangedFields
{
    /// <summary>What every change changes, and the record says itself.</summary>
    private static readonly string[] Bookkeeping = ["version", "rulesVersion", "createdAt", "createdBy", "changedAt", "changedBy"];

    // Members of members of members: deeper than a body may be.
    private static readonly JsonSerializerOptions Writing = ManagementJson.WithDepth(20);

    /// <param name="before">Null when it is made.</param>
    /// <param name="after">Null when it is taken away.</param>
    public static SortedDictionary<string, ChangedField> Between<T>(T? before, T? after) where T : class
    {
        var (old, next) = (Members(before), Members(after));
        var all = new SortedDictionary<string, ChangedField>(StringComparer.Ordinal);
        foreach (var name in old.Keys.Union(next.Keys, StringComparer.Ordinal).Except(Bookkeeping, StringComparer.Ordinal))
        {
            JsonElement? was = old.TryGetValue(name, out var value) ? value : null;
            JsonElement? becomes = next.TryGetValue(name, out value) ? value : null;
            if (was is null || becomes is null || !JsonElement.DeepEquals(was.Value, becomes.Value))
            {
                all.Add(name, new ChangedField(was, becomes));
            }
        }

        return all;
    }

    private static Dictionary<string, JsonElement> Members<T>(T? item) where T : class =>
        item is null ? [] : JsonSerializer.SerializeToElement(item, Writing).EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal);
}
