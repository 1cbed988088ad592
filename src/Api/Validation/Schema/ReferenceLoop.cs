namespace Platform.Api.Validation.Schema;

/// <summary>
/// Finds schemas that apply themselves to the same value (A refers to B refers to A without stepping into a property
/// or an item). No instance could ever be judged by them.
/// </summary>
internal static class ReferenceLoop
{
    /// <summary>The pointer of a node on a loop, or null.</summary>
    public static string? Find(IReadOnlyDictionary<string, SchemaNode> nodes)
    {
        // Removes nodes whose in-place schemas are all removed already; what resists is on a loop or leads to one.
        var waiting = nodes.ToDictionary(pair => pair.Value, pair => pair.Value.InPlace?.Schemas().Count() ?? 0);
        var users = nodes.Values
            .SelectMany(user => (user.InPlace?.Schemas() ?? []).Select(used => (used, user)))
            .ToLookup(pair => pair.used, pair => pair.user);
        var ready = new Queue<SchemaNode>(waiting.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (ready.TryDequeue(out var done))
        {
            waiting.Remove(done);
            foreach (var user in users[done])
            {
                if (--waiting[user] == 0)
                {
                    ready.Enqueue(user);
                }
            }
        }

        return nodes.FirstOrDefault(pair => waiting.ContainsKey(pair.Value)).Key;
    }
}
