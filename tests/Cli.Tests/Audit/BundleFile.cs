using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Cli.Audit;

namespace Platform.Cli.Tests.Audit;

/// <summary>A bundle taken apart, so that a test can change any part and put it together again as an attacker would.</summary>
internal sealed record BundleFile
{
    public required byte[] Bytes { get; init; }

    public required List<string> Segments { get; init; }

    public required string Checkpoint { get; init; }

    public required List<BundleRecord> Records { get; init; }

    public required List<string> Keys { get; init; }

    public required BundleManifest Manifest { get; init; }

    public required string Seal { get; init; }

    /// <summary>Null when all records are kept.</summary>
    public string? PrunedStatement { get; init; }

    public IReadOnlyList<SegmentHeader> Headers => [.. Segments.Select(Header)];

    public static BundleFile Read(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
        Assert.True(BundleManifest.TryRead(Content(zip, BundleManifest.ManifestFile), out var manifest));
        return new BundleFile
        {
            Bytes = bytes,
            Segments = [.. Lines(zip, BundleManifest.SegmentsFile)],
            Checkpoint = Assert.Single(Lines(zip, BundleManifest.CheckpointFile)),
            Records = [.. Lines(zip, BundleManifest.RecordsFile).Select(BundleRecord.Parse)],
            Keys = [.. Lines(zip, BundleManifest.KeysFile)],
            Manifest = manifest,
            Seal = zip.Comment.TrimEnd(),
            PrunedStatement = zip.GetEntry(BundleManifest.PrunedFile) is null ? null : Assert.Single(Lines(zip, BundleManifest.PrunedFile)),
        };
    }

    /// <summary>A copy whose lists are its own.</summary>
    public BundleFile Copy() => this with { Segments = [.. Segments], Records = [.. Records], Keys = [.. Keys] };

    public static SegmentHeader Header(string statement)
    {
        Assert.True(AuditStatement.TryRead(statement, SegmentHeader.Type, out var read));
        return SegmentHeader.TryRead(read.Payload, out var header) ? header : throw new InvalidOperationException(statement);
    }

    public AuditCheckpoint End()
    {
        Assert.True(AuditStatement.TryRead(Checkpoint, AuditCheckpoint.Type, out var read));
        return AuditCheckpoint.TryRead(read.Payload, out var end) ? end : throw new InvalidOperationException(Checkpoint);
    }

    /// <summary>Puts it together; the seal is the one it has, or a new one over the new bytes.</summary>
    public byte[] Pack(Func<byte[], string>? seal = null)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.Comment = new string(' ', BundleSeal.Size);
            Add(zip, BundleManifest.SegmentsFile, Segments);
            Add(zip, BundleManifest.CheckpointFile, [Checkpoint]);
            if (PrunedStatement is not null)
            {
                Add(zip, BundleManifest.PrunedFile, [PrunedStatement]);
            }

            Add(zip, BundleManifest.RecordsFile, Records.Select(record => record.ToString()));
            Add(zip, BundleManifest.KeysFile, Keys);
            using var entry = zip.CreateEntry(BundleManifest.ManifestFile).Open();
            entry.Write(Manifest.Write());
        }

        var bytes = memory.ToArray();
        var sealing = seal is null ? Seal : seal(new BundleSeal { V = 1, Tenant = Manifest.Tenant, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan()[..^BundleSeal.Size])), At = Manifest.At }.Write());
        Encoding.ASCII.GetBytes(sealing.PadRight(BundleSeal.Size)).CopyTo(bytes.AsSpan()[^BundleSeal.Size..]);
        return bytes;
    }

    public Task<AuditVerification> VerifyAsync(string? trusted = null, string[]? witness = null, Func<byte[], string>? seal = null) => VerifyAsync(Pack(seal), trusted, witness);

    public static async Task<AuditVerification> VerifyAsync(byte[] bytes, string? trusted = null, string[]? witness = null)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, bytes);
            return (await BundleCheck.RunAsync(path, trusted, (witness ?? []).ToAsyncEnumerable(), CancellationToken.None)).Result;
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Recomputes the hashes from a place on, as somebody who knows the rules would.</summary>
    public void Rechain(int from)
    {
        var head = from == 0 ? new byte[AuditChain.HashSize] : Convert.FromHexString(Records[from - 1].Hash);
        for (var i = from; i < Records.Count; i++)
        {
            AuditChain.Next(head, Encoding.UTF8.GetBytes(Records[i].Event), head);
            Records[i] = Records[i] with { Sequence = i + 1, Hash = Convert.ToHexStringLower(head) };
        }
    }

    /// <summary>Gives the records the sequences of their places.</summary>
    public void Renumber()
    {
        for (var i = 0; i < Records.Count; i++)
        {
            Records[i] = Records[i] with { Sequence = i + 1 };
        }
    }

    public static string RootOf(IEnumerable<BundleRecord> records)
    {
        var tree = new MerkleFrontier();
        foreach (var record in records)
        {
            tree.Add(Encoding.UTF8.GetBytes(record.Event));
        }

        return Convert.ToHexStringLower(tree.Root());
    }

    private static void Add(ZipArchive zip, string name, IEnumerable<string> lines)
    {
        using var entry = zip.CreateEntry(name).Open();
        foreach (var line in lines)
        {
            entry.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
    }

    private static string[] Lines(ZipArchive zip, string name) => Encoding.UTF8.GetString(Content(zip, name)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Content(ZipArchive zip, string name)
    {
        using var stream = zip.GetEntry(name)!.Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}

/// <summary>A line of records.jsonl.</summary>
internal sealed record BundleRecord(long Sequence, string Hash, string Event)
{
    public static BundleRecord Parse(string line)
    {
        var hash = new byte[AuditChain.HashSize];
        Assert.True(RecordLine.TryRead(Encoding.UTF8.GetBytes(line), out var sequence, hash, out var record));
        return new BundleRecord(sequence, Convert.ToHexStringLower(hash), Encoding.UTF8.GetString(record.Span));
    }

    public override string ToString() => Encoding.UTF8.GetString(RecordLine.Write(Sequence, Hash, Event));
}
