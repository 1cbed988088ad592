using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenants;

namespace Platform.Cli.Audit;

/// <summary>What was found in a bundle.</summary>
/// <param name="Tenant">Whose trail it says it is; null when that cannot be read.</param>
/// <param name="Result">The verdict.</param>
/// <param name="Keys">The ring in it; null when it is none.</param>
/// <param name="Evidence">When it is the evidence of an incident.</param>
internal sealed record BundleVerdict(string? Tenant, AuditVerification Result, AuditKeyChain? Keys, BundleEvidence? Evidence = null);

/// <summary>
/// Judges an exported bundle without any server. What is inside is judged first, because it says which record is bad; the seal over the whole file last, because it only says that
/// something is.
/// </summary>
internal static class BundleCheck
{
    /// <param name="path">Of the zip file.</param>
    /// <param name="trusted">Thumbprint of a key that must be in the ring; null believes the ring that is in the bundle.</param>
    /// <param name="witness">Statements that somebody kept: a line each; null for none.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<BundleVerdict> RunAsync(string path, string? trusted, IAsyncEnumerable<string> witness, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            var sealedBy = await SealAsync(file, cancel);
            file.Position = 0;
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            return await JudgeAsync(zip, sealedBy, trusted, witness, cancel);
        }
        catch (Exception failure) when (failure is InvalidDataException or NotSupportedException or IOException and not FileNotFoundException and not DirectoryNotFoundException)
        {
            return new BundleVerdict(null, Faulty(0, AuditFault.Unreadable), null);
        }
    }

    private static async Task<BundleVerdict> JudgeAsync(ZipArchive zip, (string Statement, string Sha256) whole, string? trusted, IAsyncEnumerable<string> witness, CancellationToken cancel)
    {
        if (!AuditKeyChain.TryRead(await StatementsAsync(zip, BundleManifest.KeysFile, cancel), out var keys) || (trusted is not null && !keys.Has(trusted)))
        {
            return new BundleVerdict(null, Faulty(0, AuditFault.UntrustedKeys), null);
        }

        if (!BundleManifest.TryRead(await BytesAsync(zip, BundleManifest.ManifestFile, cancel), out var manifest) || !TenantId.TryParse(manifest.Tenant, out var tenant))
        {
            return new BundleVerdict(null, Faulty(0, AuditFault.Unreadable), keys);
        }

        var verifier = new TrailVerifier(tenant, manifest.Shard, keys);
        await foreach (var line in LinesAsync(zip, BundleManifest.SegmentsFile, cancel))
        {
            verifier.AddSegment(Encoding.ASCII.GetString(line.Span));
        }

        if (zip.Entries.Any(entry => string.Equals(entry.FullName, BundleManifest.PrunedFile, StringComparison.Ordinal)))
        {
            foreach (var pruned in await StatementsAsync(zip, BundleManifest.PrunedFile, cancel))
            {
                verifier.AddPruned(pruned);
            }
        }

        foreach (var checkpoint in await StatementsAsync(zip, BundleManifest.CheckpointFile, cancel))
        {
            verifier.AddCheckpoint(checkpoint);
        }

        await WitnessAsync(verifier, new WitnessSightings(tenant, manifest.Shard, keys), witness, manifest.At);

        var evidence = await BundleEvidence.ReadAsync(zip, cancel);
        var hash = new byte[AuditChain.HashSize];
        await foreach (var line in LinesAsync(zip, BundleManifest.RecordsFile, cancel))
        {
            // A line of another form is fed as it is: no hash leads to it, and its place is known.
            var isRecord = RecordLine.TryRead(line, out var sequence, hash, out var record);
            if (!verifier.AddRecord(isRecord ? sequence : verifier.Next, isRecord ? record.Span : line.Span, hash))
            {
                break;
            }

            evidence?.Count(record.Span);
        }

        var result = verifier.Finish();
        if (result.FirstBad is null && OuterFault(whole, keys, manifest, result) is { } fault)
        {
            result = result with { FirstBad = 0, Fault = fault };
        }

        if (result.FirstBad is null && evidence is not null && !await evidence.IsWholeAsync(zip, manifest.Tenant, cancel))
        {
            result = result with { FirstBad = 0, Fault = AuditFault.BundleChanged };
        }

        return new BundleVerdict(manifest.Tenant, result, keys, evidence);
    }

    /// <summary>Statements, and the lines of a witness file: what either saw must be in the trail.</summary>
    private static async Task WitnessAsync(TrailVerifier verifier, WitnessSightings sightings, IAsyncEnumerable<string> lines, DateTimeOffset at)
    {
        await foreach (var line in lines)
        {
            if (line.Length > 0 && !sightings.Add(line))
            {
                verifier.AddWitness(line, at);
            }
        }

        sightings.Finish();
        foreach (var (head, seen) in sightings.Seen)
        {
            verifier.AddWitness(head, seen, at);
        }

        if (sightings.Fault is { } fault)
        {
            verifier.RefuseWitness(fault);
        }
    }

    /// <summary>What the seal says of the file, once everything in it fits.</summary>
    private static string? OuterFault((string Statement, string Sha256) whole, AuditKeyChain keys, BundleManifest manifest, AuditVerification result)
    {
        if (!AuditStatement.TryRead(whole.Statement, BundleSeal.Type, out var statement) || !BundleSeal.TryRead(statement.Payload, out var seal))
        {
            return AuditFault.BundleChanged;
        }

        if (keys.Check(statement, seal.At, out var number) is { } fault)
        {
            return fault;
        }

        var isWhole = string.Equals(seal.Sha256, whole.Sha256, StringComparison.Ordinal) && string.Equals(seal.Tenant, manifest.Tenant, StringComparison.Ordinal)
            && manifest.First == result.PrunedThrough + 1 && manifest.Last == result.Events && manifest.Segments == result.Segments;
        return !isWhole ? AuditFault.BundleChanged : number < keys.Keys.Count ? AuditFault.RetiredKey : null;
    }

    /// <summary>The statement at the end of the file, and the hash of everything before it.</summary>
    private static async Task<(string Statement, string Sha256)> SealAsync(FileStream file, CancellationToken cancel)
    {
        var left = file.Length - BundleSeal.Size;
        if (left < 0)
        {
            return ("", "");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 16];
        while (left > 0)
        {
            var read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancel);
            if (read == 0)
            {
                throw new InvalidDataException("The file became shorter.");
            }

            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        await file.ReadExactlyAsync(buffer.AsMemory(0, BundleSeal.Size), cancel);

        // Bytes that are not ASCII read as '?', which no statement has.
        var statement = Encoding.ASCII.GetString(buffer, 0, BundleSeal.Size).TrimEnd(' ');
        return (statement, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static async Task<IReadOnlyList<string>> StatementsAsync(ZipArchive zip, string name, CancellationToken cancel)
    {
        var statements = new List<string>();
        await foreach (var line in LinesAsync(zip, name, cancel))
        {
            statements.Add(statements.Count < AuditKeyChain.MostKeys ? Encoding.ASCII.GetString(line.Span) : throw new InvalidDataException("There are too many statements."));
        }

        return statements;
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(ZipArchive zip, string name, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = Entry(zip, name).Open();
        var lines = new LineReader(stream);
        while (await lines.ReadAsync(cancel) is { } line)
        {
            yield return line;
        }
    }

    private static async Task<byte[]> BytesAsync(ZipArchive zip, string name, CancellationToken cancel)
    {
        await using var stream = Entry(zip, name).Open();
        var bytes = new byte[LineReader.MaxLine];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return bytes[..read];
    }

    private static ZipArchiveEntry Entry(ZipArchive zip, string name)
    {
        var entries = zip.Entries.Where(entry => string.Equals(entry.FullName, name, StringComparison.Ordinal)).Take(2).ToArray();
        return entries is [var entry] ? entry : throw new InvalidDataException("A file is missing, or there twice.");
    }

    private static AuditVerification Faulty(long firstBad, string fault) => new(0, SegmentHeader.None, firstBad, fault);
}
