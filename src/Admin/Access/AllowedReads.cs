using Microsoft.AspNetCore.Http;
using Platform.Admin.Management;

namespace Platform.Admin.Access;

/// <summary>Parts of a page that not everybody who opens it may read.</summary>
internal static class AllowedReads
{
    /// <summary>What somebody may not read is not asked for, so that no refusal is on record; it reads as not there.</summary>
    /// <param name="held">Null where it is not known: then REST decides.</param>
    /// <param name="context">Of the page.</param>
    /// <param name="permission">Such as <c>keys:read</c>.</param>
    /// <param name="read">Asks REST.</param>
    public static Task<Answer<T>> ReadAsync<T>(this Held? held, HttpContext context, string permission, Func<Task<Answer<T>>> read) =>
        held?.May(permission, context.Request.Path) is false ? Task.FromResult(new Answer<T>(ProblemView.NotFound())) : read();
}
