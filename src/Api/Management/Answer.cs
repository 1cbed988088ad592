using System.Buffers.Text;
using System.Text;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Problems;

namespace Platform.Api.Management;

/// <summary>Turns results of grains into results of REST.</summary>
internal static class Answer
{
    public const int DefaultPage = 50;
    public const int MaxPage = 200;

    public static IResult Ok<T>(Result<T> result) => result.Try(out var value, out var refused) ? Results.Ok(value) : new ProblemResult(refused);

    /// <summary>What it is, and the version that a change of it names.</summary>
    public static IResult Versioned<T>(HttpResponse response, T value, string version)
    {
        response.Headers.ETag = EntityCondition.Tag(version);
        return Results.Ok(value);
    }

    public static IResult Created<T>(Result<T> result, Func<T, string> location) =>
        result.Try(out var value, out var refused) ? Results.Created(location(value), value) : new ProblemResult(refused);

    /// <summary>With the version that the first change of it names.</summary>
    public static IResult Created<T>(HttpResponse response, Result<T> result, Func<T, string> location, Func<T, string> version)
    {
        if (result.Try(out var value, out _))
        {
            response.Headers.ETag = EntityCondition.Tag(version(value));
        }

        return Created(result, location);
    }

    public static IResult Refused(Problem problem) => new ProblemResult(problem);

    /// <summary>Reads the two query parameters of every list.</summary>
    /// <param name="pageSize">1 to 200.</param>
    /// <param name="pageToken">Of a list: as the gate opened it. Of what is bound by itself: as the page before gave it out.</param>
    /// <param name="isKey">Whether this list could have given out such a key: a token of another list, or made up, must not read as the first page.</param>
    public static Result<(int Size, string? After)> Page(int? pageSize, string? pageToken, Func<string, bool> isKey)
    {
        if (pageSize is < 1 or > MaxPage)
        {
            return Problem.Invalid([new FieldError("pageSize", $"Choose 1 to {MaxPage}.")]);
        }

        if (pageToken is null)
        {
            return (pageSize ?? DefaultPage, null);
        }

        return pageToken.Length is > 0 and <= PageTokens.MaxLength && Base64Url.IsValid(pageToken) && Encoding.UTF8.GetString(Base64Url.DecodeFromChars(pageToken)) is var after && isKey(after)
            ? (pageSize ?? DefaultPage, after)
            : Problem.Invalid([new FieldError("pageToken", "This is not a token of a page of this list.")]);
    }

    /// <summary>Makes a page from one item more than asked for.</summary>
    public static IResult List<T>(IReadOnlyList<T> items, int size, Func<T, string> key) =>
        Page<T>([.. items.Take(size)], items.Count > size ? key(items[size - 1]) : null);

    /// <summary>A page, and the key to go on from; null on the last.</summary>
    public static IResult Page<T>(IReadOnlyList<T> items, string? next) => new PageResult<T>(items, next);

    /// <summary>A page of what is read as a whole, which is little.</summary>
    /// <param name="pageSize">1 to 200.</param>
    /// <param name="pageToken">As the page before gave it out.</param>
    /// <param name="items">All of them.</param>
    /// <param name="key">Orders them by its characters; no two have the same.</param>
    public static IResult PageOfAll<T>(int? pageSize, string? pageToken, IEnumerable<T> items, Func<T, string> key) =>
        Page(pageSize, pageToken, static _ => true).Try(out var page, out var refused)
            ? List([.. items.OrderBy(key, StringComparer.Ordinal).SkipWhile(item => page.After is not null && string.CompareOrdinal(key(item), page.After) <= 0).Take(page.Size + 1)], page.Size, key)
            : Refused(refused);

    /// <summary>A list that has one page.</summary>
    public static IResult All<T>(IReadOnlyList<T> items) => Results.Ok(new ListOf<T>(items));

    /// <summary>A place as <see cref="Page(int?, string?, Func{string, bool})"/> reads it.</summary>
    public static string Token(string after) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(after));
}
