using System.Security.Cryptography;

namespace Platform.Abstractions.Audit;

/// <summary>The root of a Merkle tree as RFC 6962, section 2.1 has it, over leaves that come one by one; holds one hash for each level.</summary>
public sealed class MerkleFrontier
{
    private readonly List<(byte[] Hash, long Leaves)> _full = [];

    /// <summary>Leaves so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a leaf by its content.</summary>
    public void Add(ReadOnlySpan<byte> leaf)
    {
        var (hash, leaves) = (Hash(0x00, leaf, default), 1L);
        while (_full is [.., var last] && last.Leaves == leaves)
        {
            _full.RemoveAt(_full.Count - 1);
            (hash, leaves) = (Hash(0x01, last.Hash, hash), leaves * 2);
        }

        _full.Add((hash, leaves));
        Count++;
    }

    /// <summary>The root over what was added; SHA-256 of nothing when that is nothing.</summary>
    public byte[] Root()
    {
        if (_full.Count == 0)
        {
            return SHA256.HashData([]);
        }

        var root = _full[^1].Hash;
        for (var i = _full.Count - 2; i >= 0; i--)
        {
            root = Hash(0x01, _full[i].Hash, root);
        }

        return root;
    }

    private static byte[] Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([prefix]);
        hash.AppendData(first);
        hash.AppendData(second);
        return hash.GetHashAndReset();
    }
}
