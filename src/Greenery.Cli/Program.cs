using Greenery.Cli.Commands;

return await CommandLine.InvokeAsync(args);
