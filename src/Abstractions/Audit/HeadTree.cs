using System.Numerics;
using System.Security.Cryptography;

namespace Platform.Abstractions.Audit;

/// <summary>The Merkle tree of a platform checkpoint: its root, and proofs that a leaf is in it (RFC 6962, section 2.1; verified as RFC 9162, section 2.1.3.2 has it).</summary>
public static class HeadTree
{
    /// <summary>More levels than any number of trails makes.</summary>
    private const int MostLevels = 62;

    /// <summary>Of the heads in their order; hexadecimal.</summary>
    public static string RootOf(IEnumerable<TrailHead> heads)
    {
        var tree = new MerkleFrontier();
        foreach (var head in heads)
        {
            tree.Add(head.Write());
        }

        return Convert.ToHexStringLower(tree.Root());
    }

    /// <summary>The hashes that lead from a leaf to the root, from below; hexadecimal.</summary>
    public static string[] PathOf(IReadOnlyList<TrailHead> heads, int index)
    {
        var leaves = heads.Select(head => Leaf(head)).ToArray();
        var path = new List<string>();
        Climb(leaves, index, path);
        return [.. path];
    }

    /// <summary>True when the leaf is at this place of the tree that has the root.</summary>
    public static bool Includes(TrailHead head, long index, long size, IReadOnlyList<string> path, string root)
    {
        if (index < 0 || index >= size || path.Count > MostLevels)
        {
            return false;
        }

        var (node, last, hash) = (index, size - 1, Leaf(head));
        foreach (var step in path)
        {
            if (last == 0 || !TryHash(step, out var beside))
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = Node(beside, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash = Node(hash, beside);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && string.Equals(Convert.ToHexStringLower(hash), root, StringComparison.Ordinal);
    }

    private static void Climb(ReadOnlySpan<byte[]> leaves, int index, List<string> path)
    {
        if (leaves.Length <= 1)
        {
            return;
        }

        var left = 1 << BitOperations.Log2((uint)(leaves.Length - 1));
        var isLeft = index < left;
        Climb(isLeft ? leaves[..left] : leaves[left..], isLeft ? index : index - left, path);
        path.Add(Convert.ToHexStringLower(Root(isLeft ? leaves[left..] : leaves[..left])));
    }

    private static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var left = 1 << BitOperations.Log2((uint)(leaves.Length - 1));
        return Node(Root(leaves[..left]), Root(leaves[left..]));
    }

    private static byte[] Leaf(TrailHead head) => SHA256.HashData([0x00, .. head.Write()]);

    private static byte[] Node(byte[] left, byte[] right) => SHA256.HashData([0x01, .. left, .. right]);

    private static bool TryHash(string hex, out byte[] hash)
    {
        hash = new byte[AuditChain.HashSize];
        return hex.Length == 2 * AuditChain.HashSize && Convert.FromHexString(hex, hash, out _, out _) == System.Buffers.OperationStatus.Done;
    }
}
