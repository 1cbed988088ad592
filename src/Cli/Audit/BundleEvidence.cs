using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Platform.Abstractions.Incidents;

namespace Platform.Cli.Audit;

/// <summary>What a bundle has beside the trail when it is the evidence of an incident. The seal covers it; here it is held to what it says of itself.</summary>
internal sealed class BundleEvidence(EvidenceManifest manifest)
{
    /// <summary>Bytes of a file of it, at most: incidents are bounded, hostile zip files are not.</summary>
    private const int MaxFile = 8 * 1024 * 1024;

    public EvidenceManifest Manifest => manifest;

    /// <summary>Records of the trail in the time that the exporter was interested in.</summary>
    public long Records { get; private set; }

    /// <summary>Of the timeline.</summary>
    public int Entries { get; private set; }

    /// <summary>Null for a bundle that is no evidence.</summary>
    /// <exception cref="InvalidDataException">It says that it is and cannot be read.</exception>
    public static async Task<BundleEvidence?> ReadAsync(ZipArchive zip, CancellationToken cancel)
    {
        if (zip.GetEntry(EvidenceManifest.File) is null)
        {
            return null;
        }

        return EvidenceManifest.TryRead(await ContentAsync(zip, EvidenceManifest.File, cancel), out var manifest) ? new BundleEvidence(manifest) : throw new InvalidDataException("The evidence cannot be read.");
    }

    /// <summary>Looks at a record. Whether it is one is the verifier's to say, later: what cannot be read is not counted.</summary>
    public void Count(ReadOnlySpan<byte> record)
    {
        try
        {
            Records += TimeOf(record) is { } at && at >= manifest.From && at <= manifest.To ? 1 : 0;
        }
        catch (JsonException)
        {
            return;
        }
    }

    private static DateTimeOffset? TimeOf(ReadOnlySpan<byte> record)
    {
        var reader = new Utf8JsonReader(record);
        while (reader.Read())
        {
            if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("at"u8))
            {
                return reader.Read() && reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out var at) ? at : null;
            }
        }

        return null;
    }

    /// <summary>True when it is of this tenant, and each file is there and has its hash.</summary>
    public async Task<bool> IsWholeAsync(ZipArchive zip, string tenant, CancellationToken cancel)
    {
        if (!string.Equals(manifest.Tenant, tenant, StringComparison.Ordinal) || !manifest.Files.ContainsKey(EvidenceManifest.IncidentFile) || !manifest.Files.ContainsKey(EvidenceManifest.TimelineFile))
        {
            return false;
        }

        foreach (var (name, hash) in manifest.Files)
        {
            var content = await ContentAsync(zip, name, cancel);
            if (!string.Equals(Convert.ToHexStringLower(SHA256.HashData(content)), hash, StringComparison.Ordinal))
            {
                return false;
            }

            Entries += string.Equals(name, EvidenceManifest.TimelineFile, StringComparison.Ordinal) ? content.AsSpan().Count((byte)'\n') : 0;
        }

        return true;
    }

    private static async Task<byte[]> ContentAsync(ZipArchive zip, string name, CancellationToken cancel)
    {
        var entries = zip.Entries.Where(entry => string.Equals(entry.FullName, name, StringComparison.Ordinal)).Take(2).ToArray();
        if (entries is not [var entry])
        {
            throw new InvalidDataException("A file is missing, or there twice.");
        }

        await using var stream = entry.Open();
        var bytes = new byte[MaxFile + 1];
        var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return read <= MaxFile ? bytes[..read] : throw new InvalidDataException("A file is too large.");
    }
}
