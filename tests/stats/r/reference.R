# What R says: the statistics of this project, worked out by packages that others wrote and check.
# Writes reference.json beside it, with the data it used; tests/stats/test_against_r.py compares.
#
#   Rscript tests/stats/r/reference.R
#
# Debian: r-base-core r-cran-survival r-cran-surveillance r-cran-sandwich r-cran-vgam r-cran-jsonlite

suppressPackageStartupMessages({
  library(survival)
  library(surveillance)
  library(sandwich)
  library(VGAM)
  library(jsonlite)
})
found <- list()
packages <- c("survival", "surveillance", "sandwich", "VGAM")
found$versions <- as.list(c(
  R = as.character(getRversion()), sapply(packages, function(p) as.character(packageVersion(p)))
))

# Kaplan-Meier (log-log interval), median with its interval, log-rank of several groups.
curve_of <- function(time, event) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = 0.95)
  at <- fit$n.event > 0
  quantiles <- quantile(fit, probs = c(0.25, 0.5, 0.75))
  list(
    time = time, event = event,
    at = fit$time[at], surviving = fit$surv[at], low = fit$lower[at], high = fit$upper[at],
    quantiles = unname(quantiles$quantile), lower = unname(quantiles$lower),
    upper = unname(quantiles$upper)
  )
}
compare <- function(curve, group) {
  test <- survdiff(Surv(found$curves[[curve]]$time, found$curves[[curve]]$event) ~ group)
  freedom <- length(test$n) - 1
  list(
    curve = curve, group = as.integer(factor(group)), observed = test$obs,
    expected = test$exp, chi_square = test$chisq, freedom = freedom,
    p_value = pchisq(test$chisq, freedom, lower.tail = FALSE)
  )
}
found$curves <- list(
  veteran = curve_of(veteran$time, veteran$status),
  lung = curve_of(lung$time, as.integer(lung$status == 2)),
  ovarian = curve_of(ovarian$futime, ovarian$fustat)
)
found$log_rank <- list(
  veteran_cells = compare("veteran", veteran$celltype),
  lung_sex = compare("lung", lung$sex),
  ovarian_treatment = compare("ovarian", ovarian$rx)
)

# EARS C1, C2, C3 and the CUSUM of counts. Salmonella hadar in Germany, weekly from 2001 to 2006.
data("shadar", package = "surveillance")
counts <- as.integer(shadar$observed)
weeks <- sts(observed = matrix(counts, ncol = 1), frequency = 52, start = c(2001, 1))
bound <- function(method, alpha) {
  control <- list(method = method, baseline = 7, minSigma = 0, alpha = alpha)
  as.numeric(upperbound(earsC(weeks, control = control)))
}
found$ears <- list(
  counts = counts,
  # Mean and deviation of the baseline follow from the bounds of two levels.
  alpha = c(0.001, 0.05),
  C1 = list(strict = bound("C1", 0.001), loose = bound("C1", 0.05)),
  C2 = list(strict = bound("C2", 0.001), loose = bound("C2", 0.05)),
  C3 = bound("C3", 0.025)
)
usual <- 3
summed <- algo.cusum(
  shadar, control = list(range = 1:120, k = 1.04, h = 2.26, m = usual, trans = "rossi")
)
found$cusum <- list(
  weeks = 120, reference = 1.04, limit = 2.26, mean = usual, sums = as.numeric(summed$cusum),
  alarm = as.integer(summed$alarm)
)

# Segmented regression with Newey-West errors: yearly flow of the Nile, dam at Aswan from 1899 on.
flow <- as.numeric(Nile)[1:60]
step <- seq_along(flow) - 1
begun <- 28 # 1899
after <- as.integer(step >= begun)
fit <- lm(flow ~ step + after + I(after * (step - begun)))
found$its <- list(
  values = flow, start = begun, coefficients = unname(coef(fit)),
  lags = lapply(c(1, 2, 5), function(lag) {
    list(
      lag = lag,
      plain = unname(NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = FALSE)),
      adjusted = unname(NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = TRUE))
    )
  })
)

# Shares: Wilson intervals; McNemar's exact test; Benjamini-Hochberg.
trials <- list(c(0, 7), c(1, 7), c(7, 7), c(13, 40), c(81, 263), c(1480, 2000))
found$wilson <- lapply(trials, function(t) {
  list(x = t[1], n = t[2], interval = as.numeric(suppressWarnings(prop.test(t[1], t[2], correct = FALSE))$conf.int))
})
pairs <- list(c(9, 2), c(0, 5), c(12, 30), c(101, 150), c(1, 1))
found$mcnemar <- lapply(pairs, function(t) {
  list(gained = t[1], lost = t[2], p_value = binom.test(t[1], sum(t))$p.value)
})
p_values <- c(0.0003, 0.021, 0.021, 0.04, 0.2, 0.0099, 0.5, 0.93, 0.011, 0.3)
found$adjusted <- list(p_values = p_values, adjusted = p.adjust(p_values, "BH"))

# Negative binomial: upper mid-p and the central range.
cases <- expand.grid(count = c(0, 1, 4, 17), mean = c(0.2, 1.7, 9), size = c(0.3, 2.5, 40))
cases$mid_p <- with(cases, pnbinom(count, size = size, mu = mean, lower.tail = FALSE) +
  dnbinom(count, size = size, mu = mean) / 2)
cases$low <- with(cases, qnbinom(0.1, size = size, mu = mean))
cases$high <- with(cases, qnbinom(0.9, size = size, mu = mean))
found$counts <- cases

# Beta-binomial by maximum likelihood: tumours in 71 groups of rats (Gelman et al., table 5.1).
rats <- data.frame(
  y = c(
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2,
    2, 1, 5, 2, 5, 3, 2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12,
    5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9, 4
  ),
  n = c(
    20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18,
    25, 24, 23, 20, 20, 20, 20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50,
    20, 20, 20, 20, 20, 20, 20, 48, 19, 19, 19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20,
    52, 47, 46, 24, 14
  )
)
ends <- Coef(vglm(cbind(y, n - y) ~ 1, betabinomial, data = rats, epsilon = 1e-12))
found$beta_binomial <- list(
  y = rats$y, n = rats$n, mean = unname(ends["mu"]), rho = unname(ends["rho"])
)

here <- sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE))
text <- toJSON(found, digits = 12, auto_unbox = TRUE, na = "null", dataframe = "rows")
writeLines(text, file.path(dirname(here), "reference.json"))
