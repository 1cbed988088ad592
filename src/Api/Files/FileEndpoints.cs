using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Platform.Abstractions.Files;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Files;

/// <summary>A tenant's files (RS-1, RS-2). The object of the permission is the path.</summary>
internal static class FileEndpoints
{
    private const string Route = "/tenants/{tenant}/resources/files";
    private const string File = Route + "/{**path}";

    public static void MapFiles(this IEndpointRouteBuilder v1)
    {
        v1.MapGet(Route, List).Needs("files/list", "resources", "read").OnSome()
            .AnswersPage<FileEntry>("Lists the files that the caller may read, by path.").OrderedBy("path");
        v1.MapGet($"{Route}:usage", Usage).Needs("files/usage", "resources", "read")
            .Answers<FileUsage>("Shows how much of the quota of files is used.");
        v1.MapMethods(File, [HttpMethods.Get, HttpMethods.Head], Read).Needs("files/read", "resources", "read").On(FileRoute.Target)
            .AnswersBytes("Reads a file. Ranges and If-None-Match are served.").OrPart();
        v1.MapPut(File, Put).Needs("files/put", "resources", "write").On(FileRoute.Target)
            .Answers<FileEntry>("Writes a file; over another it takes the ETag of that one.").OrCreates<FileEntry>().WithVersion().OnVersionIfSaid().TakesBytes().MayRefuse(ProblemCode.QuotaExceeded, ProblemCode.PreconditionRequired);
        v1.MapDelete(File, Delete).Needs("files/delete", "resources", "write").On(FileRoute.Target)
            .AnswersNothing("Deletes a file.").OnVersion();
    }

    private static async Task<IResult> List(RouteTenant owner, string? folder, int? pageSize, string? pageToken, ManagementExchange exchange, HttpContext http, FileListing files)
    {
        if (folder is not null && !FilePath.TryParse(folder, out _))
        {
            return Answer.Refused(Problem.Invalid([new FieldError("folder", "Write a path without a slash at its ends, such as public/reports.")]));
        }

        if (!Answer.Page(pageSize, pageToken, key => FilePath.TryParse(key, out _)).Try(out var page, out var refused) || !owner.Id.Try(out var tenant, out refused))
        {
            return Answer.Refused(refused);
        }

        var shown = await files.PageAsync(tenant, folder is null ? "" : folder + "/", page.After, page.Size + 1, file => exchange.Permissions.Allows("resources", "read", file.Path), http.RequestAborted);
        return Answer.List(shown, page.Size, file => file.Path);
    }

    private static async Task<IResult> Usage(RouteTenant owner, TenantGrains grains) =>
        owner.Id.Try(out var tenant, out var unknown) ? Results.Ok(await grains.For(tenant).The<IFileShelfGrain>().UsageAsync()) : Answer.Refused(unknown);

    private static async Task<IResult> Read(RouteTenant owner, HttpContext http, ManagementExchange exchange, FileTransfers transfers, LateBodies bodies)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !Named(http, exchange).Try(out var path, out refused) || !(await transfers.OpenAsync(tenant, path, exchange.Caller, () => bodies.JudgeAsync(http, exchange))).Try(out var file, out refused))
        {
            return Answer.Refused(refused);
        }

        // As a download: a browser that is shown one does not run what is in it.
        return Results.Stream(file.Content, file.Entry.MimeType, path.Segments[^1], file.Entry.ModifiedAt, new EntityTagHeaderValue(Tag(file.Entry)), enableRangeProcessing: true);
    }

    private static async Task<IResult> Put(RouteTenant owner, HttpContext http, ManagementExchange exchange, TenantGrains grains, FileTransfers transfers)
    {
        // RFC 9110, 8.4 and 14.5: a content coding and a part of a file are refused, not stored as if they were the file.
        if (http.Request.Headers.ContentEncoding.Count > 0 || http.Request.Headers.ContentRange.Count > 0)
        {
            return Answer.Refused(new Problem(ProblemCode.UnsupportedMediaType, "Send the whole file, without Content-Encoding and Content-Range."));
        }

        if (!owner.Id.Try(out var tenant, out var refused) || !Named(http, exchange).Try(out var path, out refused) || !EntityCondition.Of(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        (await grains.For(tenant).The<IFileShelfGrain>().FindAsync(path.ToString())).Try(out var before, out _);
        if ((condition.State == ExpectedState.Unsaid && before is not null ? Unsaid() : condition.Check(before is null ? null : Version(before))) is { } stale)
        {
            return Answer.Refused(stale);
        }

        var command = new BeginUpload(path.ToString(), before?.Version ?? 0, http.Request.ContentLength);
        if (!(await transfers.ReceiveAsync(tenant, command, http, exchange)).Try(out var entry, out refused))
        {
            return Answer.Refused(refused);
        }

        http.Response.Headers.ETag = Tag(entry);
        return before is null ? Results.Created($"{owner.Path}/resources/files{path.Uri["file://".Length..]}", entry) : Results.Ok(entry);
    }

    private static async Task<IResult> Delete(RouteTenant owner, HttpContext http, ManagementExchange exchange, TenantGrains grains)
    {
        if (!owner.Id.Try(out var tenant, out var refused) || !Named(http, exchange).Try(out var path, out refused) || !EntityCondition.Required(http.Request).Try(out var condition, out refused))
        {
            return Answer.Refused(refused);
        }

        var shelf = grains.For(tenant).The<IFileShelfGrain>();
        if (await shelf.VersionAsync(path.ToString()) is not { } version)
        {
            return Answer.Refused(Problem.ResourceNotFound());
        }

        return (condition.Check(Text(version)) ?? await shelf.DeleteAsync(path.ToString(), version, exchange.Caller)) is { } kept ? Answer.Refused(kept) : Results.NoContent();
    }

    private static Result<FilePath> Named(HttpContext http, ManagementExchange exchange)
    {
        var named = FileRoute.PathOf(http);
        if (named.Try(out var path, out _))
        {
            exchange.Entry.Target = $"{exchange.Entry.Target}/{path}";
        }

        return named;
    }

    private static Problem Unsaid() => new(ProblemCode.PreconditionRequired, "There is a file of this path. Read it first, then send its ETag as If-Match.");

    private static string Tag(FileEntry entry) => EntityCondition.Tag(Version(entry));

    private static string Version(FileEntry entry) => Text(entry.Version);

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
