using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
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
