using System.CommandLine;
using Platform.Cli.Alerts;
using Platform.Cli.Audit;
using Platform.Cli.Catalogue;
using Platform.Cli.ClientCertificates;
using Platform.Cli.Completion;
using Platform.Cli.Configurations;
using Platform.Cli.Deletions;
using Platform.Cli.Doctor;
using Platform.Cli.Files;
using Platform.Cli.HttpsResources;
using Platform.Cli.IdentityProviders;
using Platform.Cli.Incidents;
using Platform.Cli.Keys;
using Platform.Cli.Logins;
using Platform.Cli.OAuth;
using Platform.Cli.OpenApi;
using Platform.Cli.Operations;
using Platform.Cli.Outcomes;
using Platform.Cli.PersonalData;
using Platform.Cli.Principals;
using Platform.Cli.RateLimits;
using Platform.Cli.Resources;
using Platform.Cli.Roles;
using Platform.Cli.Secrets;
using Platform.Cli.Sessions;
using Platform.Cli.Shell;
using Platform.Cli.SigningKeys;
using Platform.Cli.Stdio;
using Platform.Cli.Tenants;
using Platform.Cli.Terminals;
using Platform.Cli.Webhooks;

namespace Platform.Cli;

/// <summary><c>platform</c>: all commands, and how a command line is run.</summary>
internal static class PlatformCommand
{
    public static async Task<int> RunAsync(string[] arguments, Terminal terminal, CancellationToken cancel)
    {
        var parsed = Create(terminal).Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            // On standard error alone: standard output belongs to the results, and to the protocol of platform stdio.
            await parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Error, Error = terminal.Error }, cancel);
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { Output = terminal.Output, Error = terminal.Error }, cancel);
    }

    private static RootCommand Create(Terminal terminal)
    {
        var shell = new CommandShell(terminal);
        return new RootCommand("platform: operate a MoCoPr Platform from the shell.")
        {
            BootstrapCommand.Create(shell), InvitationCommand.Create(shell), LoginCommand.Create(shell), LogoutCommand.Create(shell), WhoAmICommand.Create(shell), AccountCommands.Create(shell),
            TenantCommands.Create(shell), PrincipalCommands.Create(shell), PersonalDataCommands.Create(shell), RoleCommands.Create(shell), GuestAccessCommands.Create(shell),
            SessionCommands.Create(shell), LoginPolicyCommands.Create(shell),
            KeyCommands.Create(shell), OAuthClientCommands.Create(shell), ClientCertificateCommands.Create(shell), IdentityProviderCommands.Create(shell),
            SigningKeyCommands.Create(shell), TokenCommands.Create(shell), SecretCommands.Create(shell),
            LimitCommands.Create(shell), PlanCommands.Create(shell),
            AlertCommands.Create(shell), WebhookCommands.Create(shell), IncidentCommands.Create(shell),
            CatalogueCommands.Create(shell), ResourceCommands.Create(shell), FileCommands.Create(shell), HostCommands.Create(shell),
            ExportConfigurationCommand.Create(shell), ApplyConfigurationCommand.Create(shell),
            AuditCommands.Create(shell), DeletionRecordCommands.Create(shell), OperationCommands.Create(shell), HealthCommands.Create(shell),
            DoctorCommand.Create(shell), OpenApiCommand.Create(shell), CompletionCommand.Create(terminal), StdioCommand.Create(),
        };
    }
}
