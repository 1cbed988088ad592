using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Platform.Admin.Access;
using Platform.Admin.Management;
using Platform.Admin.Session;

namespace Platform.Admin.Components.Pages.Settings;

/// <summary>One form of the page of settings: it is saved by itself, and goes back to the page.</summary>
public abstract class SettingForm : ComponentBase
{
    [Inject] internal ManagementClient Management { get; set; } = null!;

    [CascadingParameter] public HttpContext Context { get; set; } = null!;

    /// <summary>Why it was not saved.</summary>
    protected ProblemView? Refusal { get; private set; }

    private (string Form, string Version)? _posted;

    [CascadingParameter] internal Held? Held { get; set; }

    internal Task<Answer<T>> ReadAsync<T>(string permission, Func<Task<Answer<T>>> read) => Held.ReadAsync(Context, permission, read);

    /// <summary>The version that a form was made for, which stays when it comes back refused: what was typed was typed upon that one.</summary>
    protected string? Made(string form, string? current) => _posted is { } posted && string.Equals(posted.Form, form, StringComparison.Ordinal) ? posted.Version : current;

    internal string Take(string name, PostedForm form)
    {
        var version = PostedVersion.Of(form);
        _posted = (name, version);
        return version;
    }

    protected string? Heading => Refusal?.Status switch
    {
        400 => "Please check the form",
        412 => "Somebody changed this meanwhile. Nothing was saved",
        _ => null,
    };

    protected string? Error(string name) => Refusal?.ErrorFor(name);

    protected void Refuse(ProblemView problem)
    {
        Refusal = problem;
        Context.Respond(problem.PageStatus);
    }

    internal void Follow<T>(Answer<T> answer, string slug, string done)
    {
        if (answer.Problem is { } problem)
        {
            Refuse(problem);
            return;
        }

        Context.GoTo($"/tenants/{slug}/settings?done={done}");
    }
}
