namespace Platform.Api.Validation.Schema;

/// <summary>
/// Schemas that apply each other to the same value, without stepping into a property or an item. On a loop of them no value
/// could ever be judged, and a long chain costs stack for every value. Dynamic references with several targets are left to
/// the run's limits, because where they lead is not known before.
/// </summary>
internal static class InPlaceGraph
{
    public static void Check(IReadOnlyDictionary<string, SchemaNode> nodes, Action<SchemaFaultKind, string, string> refuse)
    {
        // Removes nodes whose in-place schemas are all removed already; what resists is on a loop or leads to one.
        var waiting = nodes.Values.ToDictionary(node => node, node => node.InPlaceSchemas().Count());
        var depths = nodes.Values.ToDictionary(node => node, _ => 1);
        var users = nodes.Values
            .SelectMany(user => user.InPlaceSchemas().Select(used => (used, user)))
            .ToLookup(pair => pair.used, pair => pair.user);
        var ready = new Queue<SchemaNode>(waiting.Where(pair => pair.Value == 0).Select(pair => pair.Key));
        while (ready.TryDequeue(out var done))
        {
            waiting.Remove(done);
            foreach (var user in users[done])
            {
                depths[user] = Math.Max(depths[user], depths[done] + 1);
                if (--waiting[user] == 0)
                {
                    ready.Enqueue(user);
                }
            }
        }

        if (nodes.FirstOrDefault(pair => waiting.ContainsKey(pair.Value)).Key is { } loop)
        {
            refuse(SchemaFaultKind.Invalid, loop, "a schema refers to itself for the same value");
        }

        if (nodes.FirstOrDefault(pair => depths[pair.Value] > SchemaLimits.MaxInPlaceDepth).Key is { } chain)
        {
            refuse(SchemaFaultKind.TooLarge, chain, $"more than {SchemaLimits.MaxInPlaceDepth} schemas apply to one value through each other");
        }
    }
}
