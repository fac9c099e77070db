using Greenery.FaultInjection;

return await FaultInjectionCommand.RunAsync(args);
