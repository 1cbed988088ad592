using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Sessions;
using Platform.Admin.Management;

namespace Platform.Admin.Access;

/// <summary>
/// What whoever asked for this page holds now, as REST told it once for the page. It decides what is offered and nothing else: whatever is asked for, REST decides again.
/// </summary>
internal sealed class Held
{
    /// <summary>Areas whose permissions are held object by object: whoever holds some is shown the way, and REST says no for the others.</summary>
    private static readonly string[] ByObject = ["resources", "tools", "prompts"];

    private readonly PermissionSet _permissions;
    private readonly bool _isOperator;

    private Held(PermissionSet permissions, bool isOperator, bool secondFactorNeeded) => (_permissions, _isOperator, SecondFactorNeeded) = (permissions, isOperator, secondFactorNeeded);

    /// <summary>Where REST does not tell: all is offered, and the page says itself what is wrong.</summary>
    public static Held Unknown { get; } = new(PermissionSet.Compile(["*"]), isOperator: true, secondFactorNeeded: false);

    /// <summary>True while only the own account is open, because the policy asks for an authenticator first.</summary>
    public bool SecondFactorNeeded { get; }

    /// <summary>Asks for it once for a page, which <see cref="Of(HttpContext)"/> then has.</summary>
    public static async Task<Held> AskAsync(ManagementClient management)
    {
        var held = (await management.SendAsync<ConsoleSessionView>(HttpMethod.Get, "v1/sessions/current")).Try(out var session, out _) ? Of(session) : Unknown;
        management.Context.Features.Set(held);
        return held;
    }

    public static Held Of(ConsoleSessionView session) => new(PermissionSet.Compile(session.Grants, session.Denials), session.TenantSlug is null, session.SecondFactorNeeded);

    /// <summary>Null while nobody has asked: then REST decides.</summary>
    public static Held? Of(HttpContext context) => context.Features.Get<Held>();

    /// <param name="permission">Such as <c>keys:write</c>.</param>
    /// <param name="address">Where it is wanted.</param>
    /// <param name="operatorsOnly">Not for a tenant's people, whatever they hold.</param>
    public bool May(string permission, string address, bool operatorsOnly = false)
    {
        if (operatorsOnly && !_isOperator)
        {
            return false;
        }

        var needed = Permission.Parse(PageNeeds.At(permission, address));
        return ByObject.Contains(needed.Area, StringComparer.Ordinal) ? _permissions.AllowsSome(needed.Area, needed.Action) : _permissions.AllowsAll(needed);
    }

    /// <summary>Whether the page at the address is this person's to open.</summary>
    public bool MayOpen(string address) => LacksFor(address) is null;

    /// <summary>The first permission that the page needs and this person does not hold; empty when it is the platform's alone, null when nothing is missing.</summary>
    public string? LacksFor(string address)
    {
        if (PageNeeds.Of(address) is not { } needs)
        {
            return null;
        }

        return !_isOperator && (needs.OperatorsOnly || !PageNeeds.IsOfTenant(address)) ? ""
            : needs.Permissions.FirstOrDefault(permission => !May(permission, address)) is { } lacking ? PageNeeds.At(lacking, address)
            : needs.AnyOf.Length > 0 && !needs.AnyOf.Any(permission => May(permission, address)) ? PageNeeds.At(needs.AnyOf[0], address)
            : null;
    }

    /// <summary>True when the request posts this form: it goes to REST, which refuses it in words, though the page would not offer it any more.</summary>
    public static bool IsPosted(HttpContext context, string? form) =>
        form is not null && HttpMethods.IsPost(context.Request.Method) && context.Request.HasFormContentType
        && context.Request.Form["_handler"] is [{ } handler] && handler.StartsWith(form, StringComparison.Ordinal);
}
