using System.Text;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Audit;

/// <summary>What a witness has seen of one trail, from its lines: the end at each moment after which the witness saw less, and the last. Only these need a check of all heads.</summary>
/// <param name="tenant">Whose trail.</param>
/// <param name="shard">Of the tenant.</param>
/// <param name="keys">The audit keys that are believed.</param>
public sealed class WitnessSightings(TenantId tenant, string shard, AuditKeyChain? keys)
{
    private readonly WitnessReader _reader = new();
    private readonly List<(TrailHead Head, DateTimeOffset At)> _seen = [];

    /// <summary>Heads that a signed checkpoint has, and when it was signed.</summary>
    public IReadOnlyList<(TrailHead Head, DateTimeOffset At)> Seen => _seen;

    /// <summary>Why the witness's own lines cannot be believed; null when they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>False when the line is no record of a witness. One that a power cut left incomplete is passed over.</summary>
    public bool Add(string line)
    {
        if (!WitnessRecord.TryRead(Encoding.UTF8.GetBytes(line), out var record))
        {
            return line.StartsWith('{');
        }

        if (_reader.Find(tenant.ToString(), shard) is { } before && IsLess(record, before))
        {
            Settle();
        }

        _reader.Add(record);
        return true;
    }

    /// <summary>After the last line.</summary>
    public void Finish() => Settle();

    private static bool IsLess(WitnessRecord record, TrailHead before) =>
        Array.Find(record.Heads, head => string.Equals(head.Tenant, before.Tenant, StringComparison.Ordinal) && string.Equals(head.Shard, before.Shard, StringComparison.Ordinal)) is { } next
            ? next.Sequence < before.Sequence
            : record.Full;

    private void Settle()
    {
        if (_reader.Find(tenant.ToString(), shard) is not { } head)
        {
            return;
        }

        if (_reader.Check(keys) is { } fault)
        {
            Fault ??= fault;
        }
        else if (PlatformCheckpoint.TryRead(_reader.Last!.Statement, out _, out var checkpoint))
        {
            _seen.Add((head, checkpoint.At));
        }
    }
}
