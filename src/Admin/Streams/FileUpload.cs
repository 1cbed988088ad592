using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Files;
using Platform.Abstractions.Tenants;
using Platform.Admin.Components.Pages.Resources;
using Platform.Admin.Management;
using Platform.Admin.Security;
using Platform.Admin.Session;

namespace Platform.Admin.Streams;

/// <summary>
/// A form with a file, sent on to REST while it comes: nothing of it is kept here, and REST says how large it may be. The form's token stands before the file and is judged before REST is asked.
/// </summary>
internal static class FileUpload
{
    private const int MostFields = 8;
    private const int MostBytesOfField = 8 * 1024;

    public static RouteHandlerBuilder Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost("/tenants/{slug}/resources/files/upload", ReceiveAsync)
            .WithMetadata(new ConsoleEndpoint(), new StreamedForm(), new DisableRequestSizeLimitAttribute(), new FormPage())
            .RequireAuthorization(ConsoleCookie.Policy);

    private static async Task ReceiveAsync(string slug, HttpContext context, IAntiforgery antiforgery, IOptions<AntiforgeryOptions> tokens, ManagementClient management, UploadNotice notice)
    {
        var (fields, file) = await HeadAsync(context);
        if (!fields.TryGetValue(tokens.Value.FormFieldName, out var token) || !await IsGoodAsync(context, antiforgery, tokens.Value.HeaderName!, token))
        {
            await AntiforgeryGate.RefuseAsync(context);
            return;
        }

        if (!TenantSlug.IsValid(slug))
        {
            await ConsoleGate.ShowNothingAsync(context);
            return;
        }

        var known = fields.GetValueOrDefault("path") is { Length: > 0 } replaced ? replaced : null;
        var folder = known is null ? fields.GetValueOrDefault("folder", "").Trim().Trim('/') : FolderOf(known);
        UploadRefused? refused;
        if (file is null || NameOf(file) is not { Length: > 0 } name)
        {
            refused = new UploadRefused(known, "No file was chosen.");
        }
        else if (!FilePath.TryParse(known ?? (folder.Length == 0 ? name : $"{folder}/{name}"), out var path))
        {
            refused = new UploadRefused(name, "That is not a path for a file: folder and name have no leading or doubled slashes, no dots alone, and no other signs than letters, digits, spaces, - _ . and the like.");
        }
        else
        {
            refused = await SendOnAsync(context, management, slug, path, fields.GetValueOrDefault("version"), file.FileStream!);
        }

        GoBack(context, $"/tenants/{slug}/resources/files", folder, refused, notice);
    }

    /// <summary>To the list of files, whatever came of it: what was refused is said there, beside the form.</summary>
    private static void GoBack(HttpContext context, string files, string folder, UploadRefused? refused, UploadNotice notice)
    {
        if (refused is not null)
        {
            notice.Leave(context, files, refused);
        }

        var list = files + (refused is null ? "?done=uploaded" : "?done=refused");
        var below = folder.Length == 0 ? list : $"{list}&folder={Uri.EscapeDataString(folder)}";
        context.GoTo(LocalUrl.IsLocal(below) ? below : list);
    }

    /// <summary>Null once REST has the whole file.</summary>
    private static async Task<UploadRefused?> SendOnAsync(HttpContext context, ManagementClient management, string slug, FilePath path, string? version, Stream body)
    {
        using var content = new StreamContent(body);
        content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using var answer = await management.OpenAsync(HttpMethod.Put, ResourceCalls.FileAddress(slug, path), content, headers => Prepare(headers, version), patient: true);
            return answer.IsSuccessStatusCode ? null : new UploadRefused(path.ToString(), answer.StatusCode != HttpStatusCode.PreconditionFailed ? await ReasonAsync(answer, context)
                : version is null ? "There is a file of this name already. Replace it from the list below, or give yours another name."
                : "It was changed meanwhile. Look at it, then replace it again from the list below.");
        }
        catch (HttpRequestException)
        {
            return new UploadRefused(path.ToString(), "It did not arrive: it may be larger than a file can be, or the management API does not answer. Look at the list below, then try again.");
        }
    }

    private static async Task<string> ReasonAsync(HttpResponseMessage answer, HttpContext context)
    {
        var problem = (await ManagementClient.ReadAsync<bool>(answer, context.RequestAborted)).Problem ?? ProblemView.Unreadable((int)answer.StatusCode);
        return problem.Errors?.Values.FirstOrDefault()?.FirstOrDefault() ?? problem.Detail ?? problem.Title ?? "The request was refused.";
    }

    private static string FolderOf(string path) => path.LastIndexOf('/') is > 0 and var slash ? path[..slash] : "";

    /// <summary>REST is asked before the file is sent: what it refuses by name, type or quota is not sent at all.</summary>
    private static void Prepare(HttpRequestHeaders headers, string? version)
    {
        headers.ExpectContinue = true;
        if (version is { Length: > 0 and <= 20 } && version.All(char.IsAsciiDigit))
        {
            headers.TryAddWithoutValidation("If-Match", $"\"{version}\"");
        }
        else
        {
            headers.TryAddWithoutValidation("If-None-Match", "*");
        }
    }

    private static async Task<bool> IsGoodAsync(HttpContext context, IAntiforgery antiforgery, string header, string token)
    {
        // From the header it is judged without reading the form, which would buffer the file.
        context.Request.Headers[header] = token;
        return await antiforgery.IsRequestValidAsync(context);
    }

    /// <summary>The fields before the file, and the file, of which nothing is read yet.</summary>
    private static async Task<(Dictionary<string, string> Fields, FileMultipartSection? File)> HeadAsync(HttpContext context)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || Microsoft.Net.Http.Headers.HeaderUtilities.RemoveQuotes(type.Boundary) is not { Length: > 0 and <= 200 } boundary)
        {
            return (fields, null);
        }

        try
        {
            var reader = new MultipartReader(boundary.ToString(), context.Request.Body) { HeadersCountLimit = 8, HeadersLengthLimit = 8 * 1024 };
            while (fields.Count < MostFields && await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                if (section.AsFileSection() is { } file)
                {
                    return (fields, file);
                }

                if (section.AsFormDataSection() is not { } field || await TextAsync(field.Section.Body, context.RequestAborted) is not { } text)
                {
                    break;
                }

                fields[field.Name] = text;
            }
        }
        catch (Exception malformed) when (malformed is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            return (fields, null);
        }

        return (fields, null);
    }

    /// <summary>Null when it is longer than any honest field.</summary>
    private static async Task<string?> TextAsync(Stream body, CancellationToken cancel)
    {
        var buffer = new byte[MostBytesOfField + 1];
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return read > MostBytesOfField ? null : System.Text.Encoding.UTF8.GetString(buffer, 0, read);
    }

    /// <summary>Some browsers send a path of the sender's machine.</summary>
    private static string NameOf(FileMultipartSection file) => file.FileName[(file.FileName.LastIndexOfAny(['/', '\\']) + 1)..].Trim();
}
