using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;

namespace Platform.Silo.Tests.Audit;

/// <summary>Records for a witness; who signed them is none of its business.</summary>
internal static class Witness
{
    public static WitnessRecord Record(long number, bool full, params TrailHead[] heads)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var checkpoint = new PlatformCheckpoint { V = 1, Number = number, Trails = heads.Length, Root = HeadTree.RootOf(heads), Previous = SegmentHeader.None, At = DateTimeOffset.UnixEpoch };
        var input = AuditStatement.SigningInput(PlatformCheckpoint.Type, "kid", checkpoint.Write());
        var statement = AuditStatement.Compose(input, key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        return new WitnessRecord { V = 1, Number = number, Statement = statement, Full = full, Heads = heads };
    }

    public static TrailHead Head(string tenant, long sequence) => new() { Tenant = tenant, Shard = "0", Sequence = sequence, Hash = new string('a', 64) };
}
