namespace Platform.Grains.Alerts;

/// <summary>Which batch of each node came last, for a bounded number of nodes.</summary>
internal sealed class NodeSequences(IEnumerable<NodeSequence> known)
{
    /// <summary>More nodes than any cluster has; those that were silent longest are forgotten first.</summary>
    public const int Most = 256;

    private readonly Dictionary<Guid, NodeSequence> _nodes = known.ToDictionary(node => node.Node);

    /// <summary>False for a batch that was taken already.</summary>
    public bool Take(Guid node, long sequence, long now)
    {
        if (_nodes.TryGetValue(node, out var last) && sequence <= last.Sequence)
        {
            return false;
        }

        if (last is null && _nodes.Count >= Most)
        {
            _nodes.Remove(_nodes.Values.MinBy(known => known.Second)!.Node);
        }

        _nodes[node] = new NodeSequence(node, sequence, now);
        return true;
    }

    public NodeSequence[] All() => [.. _nodes.Values];
}
