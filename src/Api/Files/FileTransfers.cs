using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Platform.Abstractions.Files;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Management;
using Platform.Api.RateLimits;

namespace Platform.Api.Files;

/// <summary>Carries files between a client and the silo in pieces: neither direction holds more than one of them.</summary>
internal sealed class FileTransfers(TenantGrains grains, StreamSlots slots, LateBodies bodies)
{
    /// <summary>Sends the body as the file of this path.</summary>
    public async ValueTask<Result<FileEntry>> ReceiveAsync(TenantId tenant, BeginUpload command, HttpContext http, ManagementExchange exchange)
    {
        if (!slots.Take(exchange.Caller).Try(out var slot, out var full))
        {
            return full;
        }

        using (slot)
        {
            if (!(await grains.For(tenant).The<IFileShelfGrain>().BeginAsync(command, exchange.Caller)).Try(out var ticket, out var refused))
            {
                return refused;
            }

            // This route alone, and nothing of the body was read yet. The server counts the framing of chunks too; the upload counts bytes of the file, exactly.
            http.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize = http.Request.ContentLength is null ? ticket.MaxBytes + (ticket.MaxBytes / 4) + FileChunk.MaxBytes : ticket.MaxBytes;
            var upload = grains.For(tenant).Get<IFileUploadGrain>(ticket.Id);
            try
            {
                return (await SendAsync(upload, http, exchange) ?? await bodies.JudgeLastAsync(http, exchange)) is { } failed ? failed : await upload.CompleteAsync();
            }
            catch (IOException broken) when (broken is not BadHttpRequestException)
            {
                return Problem.InvalidRequest("The upload broke off.");
            }
            finally
            {
                // Over already when it was completed. A client that went away gives its room back.
                await grains.For(tenant).Get<IFileUploadGrain>(ticket.Id).AbortAsync();
            }
        }
    }

    /// <summary>Opens the file for one answer.</summary>
    /// <param name="tenant">Whose it is.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="caller">Whose slot it takes.</param>
    /// <param name="ask">Whether whom it is sent may still have it, asked before each piece; null where somebody else asks.</param>
    /// <param name="brief">A file of at most so many bytes is read at once, and takes none.</param>
    public async ValueTask<Result<(FileEntry Entry, DownloadStream Content)>> OpenAsync(TenantId tenant, FilePath path, Caller caller, Func<ValueTask<Problem?>>? ask = null, long brief = -1)
    {
        var id = Guid.NewGuid().ToString("N");
        if (!(await grains.For(tenant).Get<IFileDownloadGrain>(id).OpenAsync(path.ToString())).Try(out var entry, out var refused))
        {
            return refused;
        }

        if (entry.Size <= brief)
        {
            return (entry, new DownloadStream(grains, tenant, id, entry.Size, slot: null, ask));
        }

        if (slots.Take(caller).Try(out var slot, out var full))
        {
            return (entry, new DownloadStream(grains, tenant, id, entry.Size, slot, ask));
        }

        await grains.For(tenant).Get<IFileDownloadGrain>(id).CloseAsync();
        return full;
    }

    // An upload may take long: whoever was shut out meanwhile is not served to its end.
    private async Task<Problem?> SendAsync(IFileUploadGrain upload, HttpContext http, ManagementExchange exchange)
    {
        var buffer = new byte[FileChunk.MaxBytes];
        while (true)
        {
            var read = await http.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, http.RequestAborted);
            if (read > 0 && await upload.AppendAsync(new FileChunk(buffer, read)) is { } refused)
            {
                return refused;
            }

            if (read < buffer.Length)
            {
                return null;
            }

            if (await bodies.JudgeAsync(http, exchange) is { } changed)
            {
                return changed;
            }
        }
    }
}
