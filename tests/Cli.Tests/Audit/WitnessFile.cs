using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Cli.Tests.Audit;

/// <summary>The lines that a witness of the platform would have, signed by the audit key that signs now. Their times are those of the bundle, so that they speak of it.</summary>
internal sealed class WitnessFile(BundleProduct product)
{
    private readonly WitnessReader _reader = new();
    private long _number;

    public List<string> Lines { get; } = [];

    public WitnessFile Add(bool full, params TrailHead[] heads)
    {
        var record = new WitnessRecord { V = 1, Number = ++_number, Statement = "", Full = full, Heads = heads };
        _reader.Add(record);
        var checkpoint = new PlatformCheckpoint
        {
            V = 1,
            Number = _number,
            Trails = _reader.Heads.Length,
            Root = HeadTree.RootOf(_reader.Heads),
            Previous = SegmentHeader.None,
            At = product.Alpha.Manifest.At,
        };
        Lines.Add(Encoding.UTF8.GetString((record with { Statement = product.Sign(PlatformCheckpoint.Type, checkpoint.Write(), product.Keys[1]) }).Write()));
        return this;
    }

    /// <summary>What a power cut leaves of the next line.</summary>
    public WitnessFile Cut()
    {
        _number++;
        Lines.Add("{\"v\":1,\"number\":");
        return this;
    }
}
