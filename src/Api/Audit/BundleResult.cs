using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Audit;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Audit;

/// <summary>A file that goes into a bundle beside those of the trail, under the same seal.</summary>
internal sealed record BundleAttachment(string Name, byte[] Content);

/// <summary>
/// A shard's trail up to a signed checkpoint, as a zip file that <c>platform audit verify</c> judges without us (docs/audit.md). Streamed: a page of records is in memory at a
/// time. What goes wrong on the way ends the connection, and a bundle without its seal does not verify.
/// </summary>
internal sealed class BundleResult(TenantId tenant, string shard, string checkpoint, AuditCheckpoint end, TenantGrains grains, string fileName, IReadOnlyList<BundleAttachment> attachments) : IResult
{
    private const int Page = 1_000;

    // Bytes of a zip file tell when it was made; ours tell what is signed.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private long _first = 1;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await using var stream = new BundleStream(response.Body);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            zip.Comment = new string(' ', BundleSeal.Size);
            await SegmentsAsync(zip, stream, cancel);
            await WriteAsync(zip, BundleManifest.CheckpointFile, [checkpoint]);
            await PrunedAsync(zip);
            await RecordsAsync(zip, stream, cancel);
            await WriteAsync(zip, BundleManifest.KeysFile, await grains.Platform.Get<IAuditSignerGrain>(AuditEndpoints.Ring).KeysAsync());
            foreach (var attachment in attachments)
            {
                await using var entry = Entry(zip, attachment.Name);
                await entry.WriteAsync(attachment.Content, cancel);
            }

            await using var manifest = Entry(zip, BundleManifest.ManifestFile);
            await manifest.WriteAsync(Manifest().Write(), cancel);
        }

        await stream.DrainAsync(cancel);
        var sealing = await grains.For(tenant).Get<IAuditStreamGrain>(shard).SignBundleAsync(stream.Hash());
        if (!sealing.Try(out var seal, out _))
        {
            httpContext.Abort();
            return;
        }

        await stream.SealAsync(seal, cancel);
    }

    private async Task SegmentsAsync(ZipArchive zip, BundleStream stream, CancellationToken cancel)
    {
        await using var entry = Entry(zip, BundleManifest.SegmentsFile);
        for (long from = 1; from <= end.Segments; from += Page)
        {
            // Sealed after the checkpoint: not of this bundle.
            var segments = await grains.For(tenant).Get<IAuditStreamGrain>(shard).SegmentsAsync(from, (int)Math.Min(Page, end.Segments - from + 1));
            foreach (var segment in segments)
            {
                await LineAsync(entry, Encoding.ASCII.GetBytes(segment));
            }

            await stream.DrainAsync(cancel);
        }
    }

    private async Task PrunedAsync(ZipArchive zip)
    {
        if (await grains.For(tenant).Get<IAuditStreamGrain>(shard).PrunedAsync() is { } statement && PrunedTrail.TryRead(statement, out _, out var pruned))
        {
            _first = pruned.Through + 1;
            await WriteAsync(zip, BundleManifest.PrunedFile, [statement]);
        }
    }

    private async Task RecordsAsync(ZipArchive zip, BundleStream stream, CancellationToken cancel)
    {
        await using var entry = Entry(zip, BundleManifest.RecordsFile);
        for (var from = _first; from <= end.Sequence;)
        {
            var views = await grains.For(tenant).Get<IAuditStreamGrain>(shard).ReadAsync(from, (int)Math.Min(Page, end.Sequence - from + 1));
            foreach (var view in views.Where(view => view.Sequence <= end.Sequence))
            {
                await LineAsync(entry, RecordLine.Write(view.Sequence, view.Hash, view.Record));
            }

            if (views.Length == 0)
            {
                // Gone from the store. The bundle says so by itself: its checkpoint does.
                return;
            }

            from = views[^1].Sequence + 1;
            await stream.DrainAsync(cancel);
        }
    }

    private static async Task WriteAsync(ZipArchive zip, string name, IEnumerable<string> statements)
    {
        await using var entry = Entry(zip, name);
        foreach (var statement in statements)
        {
            await LineAsync(entry, Encoding.ASCII.GetBytes(statement));
        }
    }

    private static async Task LineAsync(Stream entry, byte[] line)
    {
        await entry.WriteAsync(line);
        await entry.WriteAsync("\n"u8.ToArray());
    }

    private static Stream Entry(ZipArchive zip, string name)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = Epoch;
        return entry.Open();
    }

    private BundleManifest Manifest() => new()
    {
        V = 1,
        Tenant = tenant.ToString(),
        Shard = shard,
        First = _first,
        Last = end.Sequence,
        Segments = end.Segments,
        At = end.At,
    };
}
